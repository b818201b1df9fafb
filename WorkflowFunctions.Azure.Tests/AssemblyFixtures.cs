using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(StorageFixture))]
