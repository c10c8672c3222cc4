export { createDataFlowClient } from './create-client.js';
export type { DataFlowClientOptions } from './options.js';
export type { Credentials } from './http/signature.js';
export type { CredentialsRequest, CredentialsSource } from './credentials/credentials.js';
export {
  ncloudCredentials,
  reportCredentials,
  type NcloudCredentialsOptions,
} from './credentials/ncloud-credentials.js';
export type { CredentialsReport } from './credentials/chain.js';
export type { SeenRequest } from './http/seen-request.js';
export type { ProcessClock } from './http/service-clock.js';
export type {
  Answer,
  CallOptions,
  DataFlowClient,
  ExecuteOptions,
  ListOptions,
  ServiceClock,
} from './client.js';
export {
  DataFlowCallError,
  DataFlowInvalidInputError,
  type CallFacts,
  type Sent,
} from './errors.js';
export {
  pagesOf,
  rowsOf,
  type ListName,
  type PagesOptions,
  type RowOf,
} from './operations/pages.js';
export { findOperation, OPERATION_NAMES, otherNamesOf } from '../contract/operation-names.js';
export { OPERATIONS } from '../contract/operations.js';
export type { OperationInput, OperationName, OperationOutput } from '../contract/operations.js';
