using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>
/// What every engine does, stated once and through the API. A class that derives from the suites of this folder runs them on an
/// engine.
/// </summary>
/// <typeparam name="TEngine">The engine.</typeparam>
public abstract class EngineConformance<TEngine>(PostgresFixture postgres)
    where TEngine : IEngineHosting
{
    /// <summary>A database and a host of the test's own.</summary>
    protected async Task<EngineTestbed> StartAsync(params (string Name, string Value)[] settings)
    {
        var database = await postgres.CreateDatabaseAsync();
        var all = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        return new EngineTestbed(database, () => TEngine.StartAsync(database, all), await TEngine.StartAsync(database, all));
    }
}
