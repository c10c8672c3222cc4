// A thousand waits on a Temporal server of separate services with PostgreSQL: database commits and CPU.
import { Client, Connection } from '@temporalio/client';
import {
  HISTORY_SHARDS,
  type TemporalCluster,
  whyNoCluster,
  withCluster,
} from '../test/support/cluster/temporal-cluster.js';
import { AT_LEISURE, type HeldFigures, inCrowd, WARM_UP } from './crowd.js';
import {
  ACTIVITY,
  type Bench,
  type Form,
  LOOP,
  PEERS,
  type Settings,
  type Topic,
} from './stand.js';
import { type Row, rowOf } from './table.js';

const WAITS = 1_000;
/** Each of our waits sends a heartbeat within this time. */
const WATCHED_S = 200;
const IDLE_S = 60;
/** Largest ratio of database commits. */
const COMMITS_AIM = { [LOOP]: 0.1, [ACTIVITY]: 0.5 } as const;
const SETTINGS: Readonly<Partial<Record<Form, Settings>>> = { [LOOP]: AT_LEISURE };

export const CLUSTER: Topic = {
  measure: async (bench) => {
    const unavailable = await whyNoCluster();
    if (unavailable !== undefined) {
      bench.say(`skipped: ${unavailable}`);
      return [];
    }
    return await withCluster(bench.say, (cluster) => measureOn(bench, cluster));
  },
  settings: {
    ...{ waits: WAITS, watchedS: WATCHED_S, historyShards: HISTORY_SHARDS, loop: AT_LEISURE },
    server: 'two history processes, matching, frontend and worker on PostgreSQL, on this machine',
  },
  notMeasured: [
    'The loop polls once a minute here, as in the part waits: at its usual pace of ten seconds it commits six times as much.',
    'A commit is a transaction that wrote something. Those that only read are in the CPU.',
    'Commits and CPU are those of the whole cluster, its own work of `idle` included.',
    'A disk of its own for the database, and a network between the services.',
  ],
};

async function measureOn(bench: Bench, cluster: TemporalCluster): Promise<readonly Row[]> {
  const { address, namespace, postgres } = cluster;
  const connection = await Connection.connect({ address });
  try {
    const onCluster: Bench = {
      ...bench,
      ...{ client: new Client({ connection, namespace }), temporalAddress: address, namespace },
      server: {
        cpuS: () => Promise.resolve(cluster.cpuS() + postgres.cpuS()),
        commits: () => postgres.commits(),
      },
    };
    const idle = await measureIdle(onCluster);
    const waits = bench.size(WAITS, 40);
    const held = (form: Form): Promise<HeldFigures> =>
      inCrowd(
        onCluster,
        form,
        {
          waits: waits - bench.size(WARM_UP, 10),
          settings: SETTINGS[form] ?? {},
          watchedS: bench.size(WATCHED_S, 5),
        },
        ({ figures }) => Promise.resolve(figures),
      );
    const ours = await held('ours');
    const rows: Row[] = [];
    const startRows: Row[] = [];
    for (const peer of PEERS) {
      const figures = await held(peer);
      const ratioAtMost = COMMITS_AIM[peer];
      const among = `${waits} waiting jobs, cluster`;
      startRows.push(
        rowOf(
          {
            measure: 'database commits from the start of a run until it waits, cluster',
            unit: 'commits',
          },
          ...([ours.commitsPerStart, figures.commitsPerStart, peer] as const),
        ),
      );
      rows.push(
        rowOf(
          { measure: `database commits, ${among}`, unit: 'commits/s', ratioAtMost },
          ...([ours.commitsPerSecond, figures.commitsPerSecond, peer] as const),
        ),
        rowOf(
          { measure: `CPU of the services and PostgreSQL, ${among}`, unit: '% of a core' },
          ...([ours.serverCpu, figures.serverCpu, peer] as const),
        ),
      );
    }
    const beside = `ours with ${waits} waiting jobs`;
    return [
      ...rows,
      ...startRows,
      rowOf(
        { measure: 'database commits of an idle cluster', unit: 'commits/s' },
        ...([idle.commitsPerSecond, ours.commitsPerSecond, beside] as const),
      ),
      rowOf(
        { measure: 'CPU of an idle cluster', unit: '% of a core' },
        ...([idle.cpu, ours.serverCpu, beside] as const),
      ),
    ];
  } finally {
    await connection.close();
  }
}

async function measureIdle({ server, size, say }: Bench) {
  const seconds = size(IDLE_S, 3);
  const read = async () => ({ cpuS: await server.cpuS(), commits: await server.commits() });
  const before = await read();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const after = await read();
  const figures = {
    commitsPerSecond: (after.commits - before.commits) / seconds,
    cpu: ((after.cpuS - before.cpuS) / seconds) * 100,
  };
  say(`idle: ${JSON.stringify(figures)}`);
  return figures;
}
