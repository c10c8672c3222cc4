// The workflows of the package, with dataflowRunPipeline. Add your own here.
export * from 'temporal-ncloud-dataflow/workflows';
