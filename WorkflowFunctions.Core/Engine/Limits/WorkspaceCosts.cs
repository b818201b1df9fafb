using System.Globalization;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Engine.Limits;

/// <summary>What workspaces may cost in a day, of all that processes have recorded (<c>workflow_workspace_costs</c>).</summary>
internal sealed class WorkspaceCosts(NpgsqlDataSource database, RunLimits limits)
{
    /// <summary>Says why no further node may run in a workspace today; null if one may.</summary>
    public async Task<string?> FindRefusalAsync(string workspaceId, CancellationToken cancellationToken)
    {
        if (limits.MaxCostUsdPerDay(workspaceId) is not { } limit)
            return null;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var today = await connection.QuerySingleAsync<Today>("limits.cost_today", new { workspace_id = workspaceId }, cancellationToken);
        return today.Spent < limit.Usd
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The workspace '{workspaceId}' has cost {today.Spent:0.######} USD today and may cost {limit.Usd:0.######} a day "
                + $"({limit.Setting}). Resume the execution after {today.Until:u}, when the next day begins, or with a higher limit.");
    }

    private sealed record Today
    {
        public decimal Spent { get; init; }

        public DateTimeOffset Until { get; init; }
    }
}
