using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using WorkflowFunctions.Api;
using WorkflowFunctions.Durable.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services
    .AddWorkflow(builder.Configuration)
    .AddWorkflowApi()
    .AddDurableEngine()
    .AddAzureDatabase(builder.Configuration)
    .AddWorkflowTelemetry(builder.Configuration);

await builder.Build().RunAsync();
