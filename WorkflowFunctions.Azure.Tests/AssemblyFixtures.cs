using WorkflowFunctions.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
