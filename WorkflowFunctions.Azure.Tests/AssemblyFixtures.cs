using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Page;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(StorageFixture))]
[assembly: AssemblyFixture(typeof(BrowserFixture))]
