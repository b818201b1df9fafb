using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Api.Templates;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>The Local engine in this process, with everything on that is on by default, and one workflow to run on it.</summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    /// <summary>How long between two looks at the record, which take time from what is measured.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly LocalHost _host;
    private readonly ExecutionStore _executions;
    private readonly ExecutionChanges _changes;
    private readonly IEngine _engine;
    private readonly HttpClient _http = new();
    private string _version = "";

    private BenchEngine(LocalHost host)
    {
        _host = host;
        _executions = Get<ExecutionStore>();
        _changes = Get<ExecutionChanges>();
        _engine = Get<IEngine>();
    }

    /// <summary>The template of the workflow.</summary>
    public string TemplateId { get; } = Ids.New("tpl");

    /// <summary>The connections.</summary>
    public NpgsqlDataSource Database => Get<NpgsqlDataSource>();

    /// <summary>Starts the engine, waits until it leads, and saves the workflow.</summary>
    /// <param name="workload">The workflow.</param>
    /// <param name="connection">The PostgreSQL; null for an embedded one.</param>
    /// <param name="settings">Settings of the host.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static Task<BenchEngine> StartAsync(
        Workload workload, string? connection, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken) =>
        StartAsync(workload.Name, workload.Draw(), connection, settings, cancellationToken);

    /// <summary>Starts the engine, waits until it leads, and saves a workflow.</summary>
    public static async Task<BenchEngine> StartAsync(
        string name, (JsonElement Nodes, JsonElement Edges) graph, string? connection, IReadOnlyDictionary<string, string?> settings,
        CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string?>(settings)
        {
            ["ConnectionStrings:Workflow"] = connection,
            ["EmbeddedPostgres:DataDirectory"] = Path.Combine(".data", "bench"),
            ["Logging:LogLevel:Default"] = "Warning",
            ["urls"] = "http://127.0.0.1:0",
        };
        var engine = new BenchEngine(await LocalHost.CreateAsync(all, services => services.AddNodeType<EffectNode>(), cancellationToken));
        await engine._host.App.StartAsync(cancellationToken);
        engine._http.BaseAddress = new Uri(engine._host.App.Urls.Single());
        while (!engine.Get<LocalEngine>().IsLeading)
            await Task.Delay(10, cancellationToken);
        await engine
            .Get<TemplateStore>()
            .CreateAsync(
                new TemplateRow
                {
                    Id = engine.TemplateId,
                    Name = name,
                    WorkspaceId = "default",
                    NodesJson = graph.Nodes,
                    EdgesJson = graph.Edges,
                },
                new Save("bench", null),
                cancellationToken);
        engine._version = (await engine.Get<TemplateVersions>().FindVersionAsync(engine.TemplateId, null, cancellationToken))!.Version;
        return engine;
    }

    public T Get<T>()
        where T : notnull => _host.App.Services.GetRequiredService<T>();

    /// <summary>Starts the workflow.</summary>
    public Task<ExecutionRow> BeginAsync(CancellationToken cancellationToken) => BeginAsync(Ids.New("exec"), cancellationToken);

    private async Task<ExecutionRow> BeginAsync(string id, CancellationToken cancellationToken)
    {
        var (row, _) = await _executions.StartAsync(
            new NewExecution
            {
                Id = id,
                TemplateId = TemplateId,
                TemplateVersion = _version,
                ProjectId = "default",
                WorkspaceId = "default",
                UserId = "default",
                ConfigJson = "{}",
            },
            cancellationToken);
        await _engine.StartAsync(row, cancellationToken);
        return row;
    }

    /// <summary>Runs the workflow once, from its acceptance to its end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var id = Ids.New("exec");
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = _changes.NextStopAsync(id, Timeout.InfiniteTimeSpan, watching.Token);
        var row = await BeginAsync(id, cancellationToken);
        while (!ExecutionStatus.IsEnded(row.Status))
        {
            await next;
            next = _changes.NextStopAsync(id, Timeout.InfiniteTimeSpan, watching.Token);
            row = (await _executions.FindAsync(id, cancellationToken))!;
        }

        await watching.CancelAsync();

        if (row.Status != ExecutionStatus.Completed)
            throw new InvalidOperationException($"Execution {row.Id} is {row.Status}: {row.ErrorMessage}");
    }

    /// <summary>Runs the workflow once, as a client of the API sees it.</summary>
    public Task RunOverHttpAsync(CancellationToken cancellationToken) => RunOverHttpAsync(TemplateId, cancellationToken);

    /// <summary>Runs a workflow once, as a client of the API sees it.</summary>
    public async Task RunOverHttpAsync(string templateId, CancellationToken cancellationToken)
    {
        using var accepted = await _http.PostAsJsonAsync("/api/executions", new { template_id = templateId }, cancellationToken);
        accepted.EnsureSuccessStatusCode();
        var status = "";
        while (!ExecutionStatus.IsEnded(status))
            status = (await _http.GetFromJsonAsync<JsonElement>($"{accepted.Headers.Location!.OriginalString}?wait=60", cancellationToken))
                .GetProperty("status").GetString()!;
        if (status != ExecutionStatus.Completed)
            throw new InvalidOperationException($"{accepted.Headers.Location} is {status}.");
    }

    /// <summary>Waits until a statement counts as many.</summary>
    public async Task UntilAsync(string count, long expected, CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(count);
        while ((long)(await command.ExecuteScalarAsync(cancellationToken))! < expected)
            await Task.Delay(s_look, cancellationToken);
    }

    /// <summary>Saves a workflow file through the API.</summary>
    public async Task<string> SaveAsync(string file, CancellationToken cancellationToken)
    {
        using var saved =
            await _http.PostAsync("/api/templates", new StringContent(file, Encoding.UTF8, "application/json"), cancellationToken);
        saved.EnsureSuccessStatusCode();
        return (await saved.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString()!;
    }

    /// <summary>Posts to the API.</summary>
    public async Task<HttpResponseMessage> PostAsync(string address, object body, CancellationToken cancellationToken) =>
        (await _http.PostAsJsonAsync(address, body, cancellationToken)).EnsureSuccessStatusCode();

    /// <summary>Reads through the API.</summary>
    public async Task GetAsync(string address)
    {
        using var response = await _http.GetAsync(address);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.App.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
    }
}
