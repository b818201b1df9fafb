using Microsoft.Extensions.Logging.Abstractions;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>The existing project: the document's tables, in an application that has run Celery workers on them for long.</summary>
internal static class CeleryProject
{
    /// <summary>A database of it, brought to this system's schema.</summary>
    public static Task<TestDatabase> CreateMigratedAsync(PostgresFixture postgres) => postgres.CreateCopyAsync("celery", async database =>
    {
        await CreateAsync(database);
        await MigrateAsync(database);
    });

    /// <summary>Makes its tables and rows in an empty database.</summary>
    public static async Task CreateAsync(TestDatabase database)
    {
        await database.ExecuteAsync(Read("celery-project-tables.sql"));
        foreach (var statement in SchemaDocument.Statements("Existing Tables (Already Implemented)"))
            await database.ExecuteAsync(statement);
        await database.ExecuteAsync(Read("celery-project-rows.sql"));
    }

    /// <summary>Brings it to this system's schema.</summary>
    public static Task<IReadOnlyList<string>> MigrateAsync(TestDatabase database) =>
        new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(database.ConnectionString, TestContext.Current.CancellationToken);

    private static string Read(string name)
    {
        using var stream = typeof(CeleryProject).Assembly.GetManifestResourceStream(typeof(CeleryProject), name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
