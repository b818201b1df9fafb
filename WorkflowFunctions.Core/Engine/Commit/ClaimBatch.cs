using Npgsql;
using NpgsqlTypes;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Engine.Commit;

/// <summary>
/// The claims of one commit. They go before its writes and apart from them: a claim outlives a transaction that is rolled
/// back, and must not be taken twice when its writes are tried again.
/// </summary>
internal static class ClaimBatch
{
    /// <summary>Releases and claims what is asked for and answers those who wait; a batch without claims costs nothing.</summary>
    /// <returns>What is left to write.</returns>
    public static async Task<List<QueuedWrite>> ExecuteAsync(NpgsqlConnection connection, List<QueuedWrite> batch)
    {
        if (!batch.Exists(IsClaim))
            return batch;
        List<QueuedWrite> claims = [.. batch.Where(queued => queued.Write is ClaimWrite)];
        List<string> released = [.. batch.Select(queued => queued.Write).OfType<ReleaseWrite>().Select(write => write.JobId)];
        await using var commands = new NpgsqlBatch(connection);
        // Claims first: a session may hold a claim twice, and one that it passes on to itself is never free in between.
        commands.BatchCommands.Add(Command("commit.claim", [.. claims.Select(queued => ((ClaimWrite)queued.Write).JobId)]));
        commands.BatchCommands.Add(Command("commit.release", released));
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await commands.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                claimed.Add(reader.GetString(0));
        }

        foreach (var (write, answer) in claims)
            answer?.SetResult(claimed.Contains(((ClaimWrite)write).JobId));
        return [.. batch.Where(queued => !IsClaim(queued))];
    }

    private static bool IsClaim(QueuedWrite queued) => queued.Write is ClaimWrite or ReleaseWrite;

    private static NpgsqlBatchCommand Command(string sql, IReadOnlyList<string> ids) => new(Sql.Read(sql))
    {
        Parameters = { new NpgsqlParameter<string[]>("ids", NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. ids] } },
    };
}
