using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Models;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>Fifty executions at once, run by two processes, stay within the limits that both have.</summary>
public class SharedLimitTests(PostgresFixture postgres)
{
    private const int Executions = 50;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_asked_as_often_as_it_may_in_a_minute_and_the_others_wait()
    {
        var (outcomes, models, _) = await RunAsync(
            WireAnswer.Copy("Tea."), ("Models:Endpoints:test:Models:writer:RequestsPerMinute", "20"));

        Assert.Equal(20, models.Requests.Count);
        Assert.Equal(20, outcomes.Count(outcome => outcome.Kind == NodeOutcomeKind.Settled));
        var waits = outcomes.Where(outcome => outcome.Kind == NodeOutcomeKind.RunAgain).Select(outcome => outcome.At).Order().ToList();
        Assert.Equal(30, waits.Count);
        // They come back one after the other, as the limit has them: three seconds apart.
        Assert.InRange((waits[^1] - waits[0])!.Value.TotalSeconds, 80, 90);
    }

    [Fact]
    public async Task A_model_reads_and_writes_no_more_tokens_in_a_minute_than_it_may()
    {
        var (outcomes, models, _) = await RunAsync(
            WireAnswer.Copy("Tea.", inputTokens: 10, outputTokens: 100), ("Models:Endpoints:test:Models:writer:TokensPerMinute", "1000"));

        Assert.InRange(models.Requests.Count, 8, 9);
        Assert.Equal(models.Requests.Count, outcomes.Count(outcome => outcome.Kind == NodeOutcomeKind.Settled));
    }

    [Fact]
    public async Task A_workspace_costs_no_more_in_a_day_than_it_may_and_what_was_in_flight()
    {
        var (outcomes, models, cost) = await RunAsync(
            WireAnswer.Copy("Tea.", inputTokens: 1_000, outputTokens: 0),
            ("Models:Endpoints:test:Models:writer:InputPerMillion", "1"),
            ("Limits:MaxCostUsdPerDay", "0.01"),
            ("Limits:NodesPerType:generate_copy", "3"));

        // Two processes with three at once.
        Assert.InRange(cost, 0.010m, 0.016m);
        Assert.Equal(cost, models.Requests.Count * 0.001m);
        Assert.Equal(Executions - models.Requests.Count, outcomes.Count(outcome => outcome.Kind == NodeOutcomeKind.Halted));
    }

    private async Task<(IReadOnlyList<NodeOutcome> Outcomes, OpenAiWireServer Models, decimal Cost)> RunAsync(
        WireAnswer answer, params (string Name, string Value)[] settings)
    {
        await using var models = await OpenAiWireServer.StartAsync(Cancelled);
        models.Answer = _ => answer;
        (string, string)[] all = [("Models:Endpoints:test:BaseUrl", $"{models.BaseUrl}"), .. settings];
        await using var database = await postgres.CreateDatabaseAsync();
        await using var one = await ApiServer.StartAsync(database.ConnectionString, AddIdleEngine, all);
        await using var two = await ApiServer.StartAsync(database.ConnectionString, AddIdleEngine, all);
        await using var first = await StepProcess.StartAsync(database, one.Services, RecordAccess.Shared, Cancelled);
        await using var second = await StepProcess.StartAsync(database, two.Services, RecordAccess.Shared, Cancelled);
        var template = await one.Client.SaveAsync(
            new Drawing("many").Node("write", "generate_copy", new { prompt = "Write about tea, at length.", max_tokens = 100 }).ToFile());
        var ids = await Task.WhenAll(Enumerable.Range(0, Executions).Select(_ => one.Client.StartAsync(template)));
        var outcomes = await Task.WhenAll(ids.Index().Select(async execution =>
        {
            var steps = (execution.Index % 2 == 0 ? first : second).Steps;
            await steps.RunAsync(Step.Open, execution.Item, Cancelled);
            var outcome = await steps.RunAsync(Step.RunNode, new RunNode(execution.Item, "write"), Cancelled);
            return outcome.Stopped?.Outcome ?? NodeOutcome.Settled(null);
        }));
        var cost = (await database.QueryAsync<decimal>("SELECT COALESCE(sum(total_cost), 0) FROM workflow_executions")).Single();
        Assert.Equal([cost], await database.QueryAsync<decimal>("SELECT COALESCE(sum(cost_usd), 0) FROM workflow_workspace_costs"));
        return (outcomes, models, cost);
    }

    private static void AddIdleEngine(IServiceCollection services) => services.AddSingleton<IEngine, IdleEngine>();
}
