import { own } from '../../contract/own.js';
import { type AllProgress, jobRunsOf, pipelinesOf, remoteRunsOf } from '../../contract/progress.js';
import type { AllNeeds } from '../run/ask-progress.js';
import type { Section } from './entry.js';
import type { Picture } from './live-view.js';
import { pipelineLines, pipelineSection } from './pipeline-entries.js';
import { progressLine } from './progress-line.js';
import { remoteEntry, remoteLines, remoteSection } from './remote-entries.js';
import { runEntry } from './run-entries.js';

/** What a workflow runs, as lines and as sections. Jobs of a pipeline are part of its steps. */
export function progressPicture(all: AllProgress, needs: AllNeeds, startMs: number): Picture {
  const pipelines = pipelinesOf(all);
  if (pipelines.length > 0) {
    return {
      lines: pipelines.flatMap((one) => pipelineLines(one)),
      sections: pipelines.map((one) => pipelineSection(one, own(needs, one.key))),
    };
  }
  const [jobs, remote] = [jobRunsOf(all), remoteRunsOf(all)];
  const [only] = remote;
  const isAlone = only !== undefined && remote.length === 1 && jobs.length === 0;
  return {
    lines: [
      ...jobs.map((run) => ({ key: run.submission, text: progressLine(run) })),
      ...remote.flatMap(remoteLines),
    ],
    sections: isAlone
      ? [remoteSection(only)]
      : [runSection([...jobs.map(runEntry), ...remote.map(remoteEntry)], startMs)],
  };
}

/** A single run has no heading; its time is that of the workflow. */
function runSection(entries: Section['entries'], startMs: number): Section {
  const [only] = entries;
  return only !== undefined && entries.length === 1
    ? { noun: 'run', entries: [{ startedMs: startMs, ...only }] }
    : { title: 'Data Flow runs', noun: 'run', entries };
}
