using WorkflowFunctions.LongTests.Page;
using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
[assembly: AssemblyFixture(typeof(BrowserFixture))]
[assembly: AssemblyFixture(typeof(PostgresFixture))]
