using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Azure.Tests.Orchestration;

/// <summary>Durable Task's side of the port, member by member.</summary>
public abstract class ContextTests
{
    private static readonly Step<string, string> s_echo = new("Echo");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Histories that no other test has.</summary>
    protected abstract Task<Histories> NewHistoriesAsync();

    [Fact]
    public async Task A_step_is_an_activity_of_its_name_with_its_input_and_output() =>
        Assert.Equal("hello!", await RunAsync(context => context.CallStepAsync(s_echo, "hello"), (_, input) => input + "!"));

    [Fact]
    public async Task A_step_that_falls_over_is_delivered_again()
    {
        var deliveries = 0;
        var output = await RunAsync(
            context => context.CallStepAsync(s_echo, "hello"),
            (_, input) => Interlocked.Increment(ref deliveries) < 3 ? throw new InvalidOperationException("Out of reach.") : input);

        Assert.Equal(("hello", 3), (output, deliveries));
    }

    [Fact]
    public async Task The_id_of_the_execution_is_the_id_of_the_instance() =>
        Assert.Equal("execution-1", await RunAsync(context => Task.FromResult(context.ExecutionId), id: "execution-1"));

    [Fact]
    public async Task The_time_is_in_UTC_and_the_same_in_each_replay()
    {
        var times = new ConcurrentBag<DateTimeOffset>();
        await RunAsync(async context =>
        {
            times.Add(context.Now);
            await context.CallStepAsync(s_echo, "");
            await context.CallStepAsync(s_echo, "");
            return "";
        });

        Assert.True(times.Count > 1);
        Assert.Equal(TimeSpan.Zero, Assert.Single(times.Distinct()).Offset);
    }

    [Fact]
    public async Task A_wait_completes_at_its_time_and_at_once_if_that_is_past() => Assert.Equal("True", await RunAsync(async context =>
    {
        var until = context.Now.AddSeconds(0.5);
        await context.WaitUntilAsync(until.AddDays(-1), CancellationToken.None);
        await context.WaitUntilAsync(until, CancellationToken.None);
        return (context.Now >= until).ToString();
    }));

    [Fact]
    public async Task A_wait_for_a_time_or_a_signal_can_be_given_up() => Assert.Equal("given up, given up", await RunAsync(async context =>
    {
        using var giveUp = new CancellationTokenSource();
        var wait = context.WaitUntilAsync(context.Now.AddDays(300), giveUp.Token);
        var signal = context.WaitForSignalAsync("go", giveUp.Token);
        await context.CallStepAsync(s_echo, "");
        giveUp.Cancel();
        return $"{await OutcomeAsync(wait)}, {await OutcomeAsync(signal)}";
    }));

    [Fact]
    public virtual async Task A_signal_that_was_raised_before_is_kept_also_over_going_on_as_new()
    {
        await using var host = await HostAsync(async context =>
        {
            var isFirst = await context.CallStepAsync(s_echo, "which") == "first";
            if (isFirst)
            {
                await context.WaitForSignalAsync("begin", CancellationToken.None);
                context.ContinueAsNew();
                return "";
            }

            return await context.WaitForSignalAsync("go", CancellationToken.None) ?? "null";
        }, generation: new Generations());
        var client = host.Client;
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Test", Cancelled);
        await client.WaitForInstanceStartAsync(id, Cancelled);
        await client.RaiseEventAsync(id, "go", """{"decision":"approved"}""", Cancelled);
        await client.RaiseEventAsync(id, "begin", null, Cancelled);

        var instance = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancelled);
        Assert.Equal("""{"decision":"approved"}""", instance.ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_number_of_steps_is_bounded_and_the_length_of_waits_is_not()
    {
        var (steps, wait) = (0, TimeSpan.Zero);
        await RunAsync(context =>
        {
            (steps, wait) = (context.MaxStepsPerGeneration, context.LongestWait);
            return Task.FromResult("");
        });

        Assert.InRange(steps, 1, 1000);
        Assert.Equal(TimeSpan.MaxValue, wait);
    }

    private static async Task<string> OutcomeAsync(Task task)
    {
        try
        {
            await task;
            return "done";
        }
        catch (OperationCanceledException)
        {
            return "given up";
        }
    }

    private async Task<string> RunAsync(
        Func<IOrchestrationContext, Task<string>> orchestration, Func<TaskActivityContext, string, string>? echo = null, string? id = null)
    {
        await using var host = await HostAsync(orchestration, echo);
        var client = host.Client;
        id = await client.ScheduleNewOrchestrationInstanceAsync("Test", new StartOrchestrationOptions(id), Cancelled);
        var instance = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancelled);
        Assert.True(instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed, instance.FailureDetails?.ErrorMessage);
        return instance.ReadOutputAs<string>()!;
    }

    private async Task<RunningHost> HostAsync(
        Func<IOrchestrationContext, Task<string>> orchestration,
        Func<TaskActivityContext, string, string>? echo = null,
        Generations? generation = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        (await NewHistoriesAsync()).Add(builder.Services, registry => registry
            .AddOrchestratorFunc<object?, string>("Test", (context, _) => orchestration(new DurableContext(context)))
            .AddActivityFunc<string, string>("Echo", echo ?? ((_, input) => generation?.Next() ?? input)));
        var host = builder.Build();
        await host.StartAsync(Cancelled);
        return new RunningHost(host);
    }

    private sealed class RunningHost(IHost host) : IAsyncDisposable
    {
        public DurableTaskClient Client { get; } = host.Services.GetRequiredService<DurableTaskClient>();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private sealed class Generations
    {
        private int _count;

        public string Next() => Interlocked.Increment(ref _count) == 1 ? "first" : "later";
    }
}

/// <summary>With histories in memory.</summary>
public sealed class MemoryContextTests : ContextTests
{
    [Fact(Skip = "The test host 0.2.3-preview.1 drops events that are kept over going on as new (durabletask-dotnet 9842ef51 mends it); "
        + "Azure Storage does not.")]
    public override Task A_signal_that_was_raised_before_is_kept_also_over_going_on_as_new() =>
        base.A_signal_that_was_raised_before_is_kept_also_over_going_on_as_new();

    protected override Task<Histories> NewHistoriesAsync() => Task.FromResult(Histories.InMemory);
}

/// <summary>With histories in Azure Storage.</summary>
public sealed class StorageContextTests : ContextTests
{
    protected override Task<Histories> NewHistoriesAsync() => StorageFixture.NewHistoriesAsync();
}
