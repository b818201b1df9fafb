using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>A host that runs an engine and serves the API.</summary>
public interface IEngineHost : IAsyncDisposable
{
    ApiClient Client { get; }
}

/// <summary>How an engine is hosted for the suites.</summary>
public interface IEngineHosting
{
    /// <summary>
    /// A host with the engine and the nodes of <see cref="EngineTestbed.AddNodes"/>, on a database that is migrated or about to be.
    /// </summary>
    static abstract Task<IEngineHost> StartAsync(TestDatabase database, IReadOnlyDictionary<string, string?> settings);
}
