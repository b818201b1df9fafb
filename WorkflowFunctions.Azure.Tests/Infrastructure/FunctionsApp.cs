using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Api;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Durable.Hosting;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Durable.Timers;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Infrastructure;

/// <summary>
/// The Functions app in this process: its functions on Durable Task, its HTTP triggers on a port of their own. What the Functions host
/// does by attributes is done by the same attributes here.
/// </summary>
public sealed class FunctionsApp : IEngineHost
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sweeping;

    private readonly Func<int> _replays;

    private FunctionsApp(WebApplication app, IReadOnlyCollection<string> exchanged, Func<int> replays, TimeSpan? sweepInterval)
    {
        (_app, Exchanged, _replays) = (app, exchanged, replays);
        Client = new ApiClient(new Uri(app.Urls.Single()));
        _sweeping = sweepInterval is { } interval ? Task.Run(() => SweepAsync(interval)) : Task.CompletedTask;
    }

    public ApiClient Client { get; }

    public DurableTaskClient Durable => _app.Services.GetRequiredService<DurableTaskClient>();

    /// <summary>What activities were given and gave, as JSON: with the signals, all that a history holds.</summary>
    public IReadOnlyCollection<string> Exchanged { get; }

    /// <summary>How often an orchestrator was run, each time from the beginning of its history.</summary>
    public int Replays => _replays();

    public IServiceProvider Services => _app.Services;

    /// <summary>All functions of the app, by name.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Functions { get; } = typeof(WorkflowOrchestrator).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Select(method => (method.GetCustomAttribute<FunctionAttribute>()?.Name, Method: method))
        .Where(function => function.Name is not null)
        .ToDictionary(function => function.Name!, function => function.Method, StringComparer.Ordinal);

    /// <summary>The HTTP triggers, in the order in which the Functions host tries their routes.</summary>
    public static IEnumerable<(string Name, MethodInfo Method, HttpTriggerAttribute Trigger)> HttpTriggers => Functions
        .Select(function => (function.Key, function.Value, Trigger: function.Value.GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null)))
        .Where(function => function.Trigger is not null)
        .Select(function => (function.Key, function.Value, function.Trigger!))
        .OrderBy(function => function.Key, StringComparer.Ordinal);

    /// <summary>Starts the app on a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="settings">Settings of the test's choice.</param>
    /// <param name="configure">Changes to the services.</param>
    /// <param name="sweepInterval">How often the sweep and the outbox run; never if it is null.</param>
    /// <param name="histories">What keeps the histories; in memory if it is null.</param>
    /// <param name="functionKey">What triggers that are not anonymous ask for, as the Functions host does; nothing if it is null.</param>
    /// <param name="address">Where the HTTP triggers are; a free port if it is null.</param>
    public static async Task<FunctionsApp> StartAsync(
        TestDatabase database,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? configure = null,
        TimeSpan? sweepInterval = null,
        Histories? histories = null,
        string? functionKey = null,
        Uri? address = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        // A host that stops does not wait for nodes that run for an hour, and a sweep finds what a former host has left.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Configuration["Sweep:QuietSeconds"] ??= "1";
        builder.Configuration["ConnectionStrings:Workflow"] = database.ConnectionString;
        // The services that the tests call are on this machine.
        builder.Configuration["Http:AllowPrivateAddresses"] ??= "true";
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address?.ToString() ?? "http://127.0.0.1:0");
        builder.Services.AddWorkflow(builder.Configuration).AddWorkflowApi().AddDurableEngine().AddScoped<InstanceTimers>();
        var exchanged = new ConcurrentQueue<string>();
        var replays = 0;
        WebApplication? app = null;
        (histories ?? Histories.InMemory).Add(
            builder.Services, registry => Register(registry, exchanged, () => Interlocked.Increment(ref replays), () => app!.Services));
        configure?.Invoke(builder.Services);

        app = builder.Build();
        foreach (var (_, method, trigger) in HttpTriggers)
            app.MapMethods("/" + trigger.Route, trigger.Methods!, (Delegate)((HttpContext context) =>
                MayCall(trigger, context.Request, functionKey) ? InvokeAsync(method, context) : Task.FromResult(Results.Unauthorized())));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FunctionsApp(app, exchanged, () => Volatile.Read(ref replays), sweepInterval);
    }

    /// <summary>Runs the sweep once, as its timer would.</summary>
    public async Task SweepAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<InstanceTimers>().SweepAsync(new TimerInfo(), Durable, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sweeping;
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>The timers that the tests wait for. Each runs on its own, as the host has it.</summary>
    private Task SweepAsync(TimeSpan interval) => Task.WhenAll(
        RepeatAsync(interval, SweepAsync),
        RepeatAsync(interval, () => RunAsync("deliveries")),
        RepeatAsync(interval, () => RunAsync("batches")));

    private Task RunAsync(string name) =>
        _app.Services.GetServices<IRecurringWork>().Single(work => work.Name == name).RunAsync(_stopping.Token);

    private async Task RepeatAsync(TimeSpan interval, Func<Task> run)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                try
                {
                    await run();
                }
                catch (RpcException)
                {
                    // To the Functions host, an invocation has failed; the next one comes at its time.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The app stops.
        }
    }

    private static bool MayCall(HttpTriggerAttribute trigger, HttpRequest request, string? functionKey) =>
        functionKey is null || trigger.AuthLevel == AuthorizationLevel.Anonymous
        || request.Headers["x-functions-key"] == functionKey || request.Query["code"] == functionKey;

    private static async Task<IResult> InvokeAsync(MethodInfo trigger, HttpContext context)
    {
        var function = ActivatorUtilities.CreateInstance(context.RequestServices, trigger.DeclaringType!);
        var client = context.RequestServices.GetRequiredService<DurableTaskClient>();
        object[] arguments = trigger.GetParameters().Length == 1 ? [context.Request] : [context.Request, client];
        return await (Task<IResult>)trigger.Invoke(function, arguments)!;
    }

    private static void Register(
        DurableTaskRegistry registry, ConcurrentQueue<string> exchanged, Action replaying, Func<IServiceProvider> services)
    {
        foreach (var (name, method) in Functions)
        {
            var input = method.GetParameters()[0];
            if (input.GetCustomAttribute<OrchestrationTriggerAttribute>() is not null)
                RegisterOrchestrator(registry, name, method, replaying);
            else if (input.GetCustomAttribute<ActivityTriggerAttribute>() is not null)
            {
                typeof(FunctionsApp).GetMethod(nameof(RegisterActivity), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(input.ParameterType, method.ReturnType.GenericTypeArguments[0])
                    .Invoke(null, [registry, exchanged, name, method, services]);
            }
        }
    }

    private static void RegisterOrchestrator(DurableTaskRegistry registry, string name, MethodInfo method, Action replaying)
    {
        if (method.GetParameters().Length == 1)
        {
            registry.AddOrchestratorFunc(name, context =>
            {
                replaying();
                return (Task)method.Invoke(null, [context])!;
            });
            return;
        }

        var run = method.CreateDelegate<Func<TaskOrchestrationContext, LoopSlice, Task<NodeOutcome?>>>();
        registry.AddOrchestratorFunc<LoopSlice, NodeOutcome?>(name, (context, slice) =>
        {
            replaying();
            return run(context, slice);
        });
    }

    private static void RegisterActivity<TInput, TOutput>(
        DurableTaskRegistry registry, ConcurrentQueue<string> exchanged, string name, MethodInfo method, Func<IServiceProvider> services) =>
        registry.AddActivityFunc<TInput, TOutput>(name, async (_, input) =>
        {
            var function = ActivatorUtilities.CreateInstance(services(), method.DeclaringType!);
            var client = services().GetRequiredService<DurableTaskClient>();
            var output = await (Task<TOutput>)method.Invoke(function, [input, client, CancellationToken.None])!;
            exchanged.Enqueue(JsonSerializer.Serialize(new { name, input, output }));
            return output;
        });
}
