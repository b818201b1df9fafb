using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>Jobs of two processes take signals of an execution at the same time.</summary>
public sealed class SignalTests(PostgresFixture postgres)
{
    private const int Jobs = 30;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_signal_goes_to_one_job_and_a_job_that_asks_again_is_given_the_same()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var one = database.CreateServices();
        await using var two = database.CreateServices();
        SignalStore[] stores = [one.GetRequiredService<SignalStore>(), two.GetRequiredService<SignalStore>()];
        await database.ExecuteAsync(
            """
            INSERT INTO workflow_templates (id, workspace_id, name, nodes_json, edges_json) VALUES ('tpl', 'default', 'signals', '[]', '[]');
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, config_json)
            VALUES ('exec', 'tpl', 'default', 'default', 'default', 'paused', '{}')
            """);
        // Of the first name there are fewer than jobs, of the second more.
        await database.ExecuteAsync(
            """
            INSERT INTO workflow_signals (execution_id, name, payload)
            SELECT 'exec', 'first', to_jsonb(n) FROM generate_series(1, $1 - 10) n
            UNION ALL SELECT 'exec', 'second', to_jsonb(100 + n) FROM generate_series(1, $1 + 10) n
            """,
            Jobs);

        var taken = await TakeAsync(stores);
        var again = await TakeAsync(stores);

        Assert.Equal(taken, again);
        Assert.Equal(Enumerable.Range(1, Jobs - 10), taken[..Jobs].OfType<int>().Order());
        Assert.Equal(Enumerable.Range(101, Jobs), taken[Jobs..].OfType<int>().Order());
    }

    /// <summary>Each job asks twice: the first ones in one order, the second ones in the other.</summary>
    private static async Task<int?[]> TakeAsync(SignalStore[] stores)
    {
        var asked = Enumerable.Range(0, Jobs).SelectMany(job => new[] { ("first", job), ("second", Jobs - 1 - job) }).ToList();
        var takes = asked.Concat(asked).Select(async (ask, i) =>
        {
            var (name, job) = ask;
            var payload = await stores[(i + job) % 2].TakeAsync("exec", name, $"exec:{name}-{job}", Cancelled);
            return (name, job, Payload: payload is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : (int?)null);
        });
        var taken = await Task.WhenAll(takes);
        Assert.All(taken.GroupBy(one => (one.name, one.job)), same => Assert.Single(same.Distinct()));
        return [.. taken.Distinct().OrderBy(one => one.name, StringComparer.Ordinal).ThenBy(one => one.job).Select(one => one.Payload)];
    }
}
