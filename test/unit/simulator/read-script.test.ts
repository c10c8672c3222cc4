import { describe, expect, it } from 'vitest';
import { readScript } from '../../../simulator/read-script.js';

describe('readScript', () => {
  it('reads jobs, faults and switches, with durations as ms or as text', () => {
    const text = `
timeScale: 60
seed: 7
jobs:
  - jobId: Ab12Cd34Ef56
    executions: [{ waitingMs: 90, runningMs: 1.5m }, { never: true }]
faults:
  - { on: executeJob, calls: [1], then: { drop: after } }
  - { on: '*', then: { delayMs: 2s, then: { status: 503 } } }
switches: { listLagMs: 1h, maxSignatureAgeMs: null }
`;
    expect(readScript(text, 's.yaml')).toEqual({
      timeScale: 60,
      seed: 7,
      jobs: [
        {
          jobId: 'Ab12Cd34Ef56',
          executions: [{ waitingMs: 90, runningMs: 90_000 }, { never: true }],
        },
      ],
      faults: [
        { on: 'executeJob', calls: [1], then: { drop: 'after' } },
        { on: '*', then: { delayMs: 2_000, then: { status: 503 } } },
      ],
      switches: { listLagMs: 3_600_000, maxSignatureAgeMs: null },
    });
  });

  it('reads triggers, workflows and what created jobs do', () => {
    const text = `
jobs: [{ jobId: j1 }]
triggers:
  - { triggerId: t1, triggerRule: { type: RECURRING, interval: HOUR, time: '30' } }
workflows:
  - workflowId: w1
    nodes: [{ id: t1, type: TRIGGER }, { id: j1, type: JOB, parentNodeIds: [t1] }]
newJobs: { runningMs: 1m }
`;
    expect(readScript(text, 's.yaml')).toMatchObject({
      triggers: [{ triggerId: 't1', triggerRule: { time: '30' } }],
      workflows: [{ workflowId: 'w1', nodes: [{ parentNodeIds: [] }, { id: 'j1' }] }],
      newJobs: { runningMs: 60_000 },
    });
  });

  it('takes an empty file for a service without jobs', () => {
    expect(readScript('', 's.yaml')).toEqual({});
  });

  it.each([
    {
      title: 'an unknown member',
      text: 'jobs:\n  - jobId: a\n    nme: b\n',
      problem: 's.yaml:3:5: jobs[0].nme: unknown property',
    },
    {
      title: 'a duration without a unit',
      text: 'switches:\n  listLagMs: "30"\n',
      problem: 's.yaml:2:3: switches.listLagMs: must be a duration: ms, or a string such as',
    },
    {
      title: 'a negative duration',
      text: 'switches: { listLagMs: -1 }',
      problem: 's.yaml:1:13: switches.listLagMs: must be at least 0 ms',
    },
    {
      title: 'a missing member',
      text: 'jobs:\n  - name: b\n',
      problem: 's.yaml:2:5: jobs[0].jobId: must be a string',
    },
    {
      title: 'an id used twice',
      text: 'jobs:\n  - jobId: a\n  - jobId: a\n',
      problem: 's.yaml:3:5: jobs[1].jobId: must be unique',
    },
    {
      title: 'a fault without an effect',
      text: 'faults:\n  - on: getJobs\n    then: {}\n',
      problem: 's.yaml:3:5: faults[0].then: must have one of status',
    },
    {
      title: 'a wrong member of an effect',
      text: 'faults:\n  - on: getJobs\n    then: { status: 503, bdy: x }\n',
      problem: 's.yaml:3:26: faults[0].then.bdy: unknown property',
    },
    {
      title: 'a workflow of a job that is not there',
      text: 'triggers: [{ triggerId: t }]\nworkflows:\n  - workflowId: w\n    nodes:\n      - { id: t, type: TRIGGER }\n      - { id: j, type: JOB, parentNodeIds: [t] }\n',
      problem: 's.yaml:6:11: workflows[0].nodes[1].id: there is no JOB j',
    },
    {
      title: 'nodes that are no workflow',
      text: 'workflows:\n  - workflowId: w\n    nodes: []\n',
      problem: 's.yaml:3:5: workflows[0].nodes: nodes: must have one TRIGGER',
    },
    {
      title: 'a schedule without a time',
      text: 'triggers:\n  - triggerId: t\n    triggerRule: { type: RECURRING, interval: DAY }\n',
      problem: 's.yaml:3:5: triggers[0].triggerRule.time: must be a time such as 02:00',
    },
    {
      title: 'a list in place of the file',
      text: '- a\n',
      problem: 's.yaml:1:1: the file: must be an object',
    },
    { title: 'text that is no YAML', text: 'jobs: [\n', problem: 's.yaml:2:1: ' },
  ])('points at $title', ({ text, problem }) => {
    expect(() => readScript(text, 's.yaml')).toThrow(problem);
  });

  it('lists all problems together', () => {
    const text =
      'seed: x\njobs:\n  - jobId: a\n    type: ODD\nfaults:\n  - on: nothing\n    then: { cut: true }\n';
    expect(() => readScript(text, 's.yaml')).toThrow(
      /s\.yaml:1:1: seed.*\n.*jobs\[0\]\.type.*\n.*s\.yaml:6:5: faults\[0\]\.on/,
    );
  });
});
