using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.LongTests.Page;
using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(StorageFixture))]
[assembly: AssemblyFixture(typeof(BrowserFixture))]
