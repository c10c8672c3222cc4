// The bundler is given this module (worker/plugin.ts) to load once for all workflows of a worker. What it imports is
// evaluated when the worker starts, and not for each workflow. So no module of it may keep state in a variable: the
// state of a workflow is kept by workflow-state.ts. package.json lists this file under sideEffects, because the bundler
// would leave it out otherwise.
import * as workflows from './index.js';
import { interceptors } from './interceptors.js';
import { dataflowApi } from './operations.js';

export const LOADED_ONCE = [workflows, dataflowApi, interceptors] as const;
