// The Data Flow workflows, dataflowRunPipeline among them; your own would stand beside them.
export * from 'temporal-ncloud-dataflow/workflows';
