using TeamNodes;
using WorkflowFunctions;
using WorkflowFunctions.Local;

return await LocalProgram.RunAsync(args, services => services.AddNodeType<BrandCheckNode>());
