// npm run test:live: the reading operations on the real service. Nothing is changed there.
import { afterAll } from 'vitest';
import { createDataFlowClient } from '../../client/index.js';
import { describeReading } from '../conformance/read-only.js';

const baseUrl = process.env['DATAFLOW_URL'];
const client = createDataFlowClient(baseUrl === undefined ? {} : { baseUrl });
afterAll(() => client.close());

describeReading(baseUrl ?? 'the service', () => Promise.resolve(client));
