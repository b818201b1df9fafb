using System.Globalization;
using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>The events, by quarter (schema document, "Partitioning for Large Tables").</summary>
/// <param name="now">The moment.</param>
/// <param name="quartersAhead">For how many quarters after that there are partitions.</param>
internal sealed class EventPartitioning(DateTimeOffset now, int quartersAhead) : IPartitioning
{
    public string Table => "workflow_execution_events";

    public string Key => "created_at";

    public string Method => "RANGE (created_at)";

    public string? KeyOtherwise => "NOW()";

    public string Description => "by quarter of created_at, in UTC";

    public IEnumerable<Partition> Ahead
    {
        get
        {
            var quarter = Quarter.Of(now);
            for (var i = 0; i <= quartersAhead; i++, quarter = quarter.Next)
                yield return Of(quarter);
        }
    }

    public async Task<IReadOnlyList<Partition>> ListNeededAsync(
        NpgsqlConnection connection, string source, IReadOnlyCollection<string> taken, CancellationToken cancellationToken)
    {
        var starts = await connection.QueryAsync<DateTime>(
            new CommandDefinition(
                Sql.Read("partitions.quarters").Replace("{source}", source, StringComparison.Ordinal), commandTimeout: 0,
                cancellationToken: cancellationToken));
        return
        [
            .. starts
                .Select(start => Of(Quarter.Of(new DateTimeOffset(start, TimeSpan.Zero))))
                .Where(partition => !taken.Contains(partition.Name)),
        ];
    }

    private Partition Of(Quarter quarter)
    {
        var (from, to) = (Bound(quarter.Start), Bound(quarter.End));
        return new Partition($"{Table}_{quarter}", $"FROM ({from}) TO ({to})", $"created_at >= {from} AND created_at < {to}");
    }

    private static string Bound(DateTimeOffset time) =>
        SqlLiteral.Of(time.ToString("yyyy-MM-dd HH:mm:ss'+00'", CultureInfo.InvariantCulture));
}
