using Microsoft.Extensions.Logging.Abstractions;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Record;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>
/// A database whose tables were made by the schema document's own statements, none of them partitioned, before this system came.
/// </summary>
internal static class DocumentedDatabase
{
    public static async Task<TestDatabase> CreateAsync(PostgresFixture postgres)
    {
        var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        foreach (var table in SchemaDocument.ReferredTables)
            await database.ExecuteAsync($"CREATE TABLE {table} (id VARCHAR PRIMARY KEY)");
        foreach (var statement in SchemaDocument.RequiredStatements)
            await database.ExecuteAsync(statement);
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(database.ConnectionString, TestContext.Current.CancellationToken);
        foreach (var table in (string[])["workspaces", "users", "projects"])
            await database.ExecuteAsync($"INSERT INTO {table} (id) VALUES ('default')");
        return database;
    }
}
