import type { JobFigures } from './job-figures.js';
import { type Form, FORMS } from './forms/forms.js';
import { measureCancels } from './scenarios/cancels.js';
import { measureHour } from './scenarios/hour.js';
import { measureKills } from './scenarios/kills.js';
import { measureSteps } from './scenarios/steps.js';
import type { Bench } from './stand.js';

type ByForm<Value> = Readonly<Record<Form, Value>>;

/** Measures every form. What counts calls or waits for seconds runs side by side; what needs the machine, in turn. */
export async function measureJobs(bench: Bench): Promise<ByForm<JobFigures>> {
  const { say } = bench;
  say('1/4 jobs of an hour in scaled time, all forms side by side …');
  const hours = await sideBySide((form) => measureHour(bench, form));
  say('2/4 from one job to the next, one form after the other …');
  const steps = await inTurn((form) => measureSteps(bench, form));
  say('3/4 cancels, all forms side by side …');
  const cancels = await sideBySide((form) => measureCancels(bench, form));
  say('4/4 worker kills, one form after the other …');
  const kills = await inTurn((form) => measureKills(bench, form));
  return byForm((form) => ({
    hour: hours[form],
    steps: steps[form],
    cancels: cancels[form],
    kills: kills[form],
  }));
}

async function sideBySide<Value>(measure: (form: Form) => Promise<Value>): Promise<ByForm<Value>> {
  const values = await Promise.all(FORMS.map(measure));
  return byForm((form) => values[FORMS.indexOf(form)]!);
}

async function inTurn<Value>(measure: (form: Form) => Promise<Value>): Promise<ByForm<Value>> {
  const values: Value[] = [];
  for (const form of FORMS) values.push(await measure(form));
  return byForm((form) => values[FORMS.indexOf(form)]!);
}

const byForm = <Value>(valueOf: (form: Form) => Value): ByForm<Value> =>
  Object.fromEntries(FORMS.map((form) => [form, valueOf(form)])) as Record<Form, Value>;
