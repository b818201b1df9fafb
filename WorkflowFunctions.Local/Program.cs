using WorkflowFunctions.Local;

return await LocalProgram.RunAsync(args);
