using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions;

/// <summary>
/// The executions, by workspace (schema document, "Partitioning for Large Tables"): the major ones have a partition each.
/// </summary>
/// <param name="majorRows">How many executions make a workspace a major one.</param>
internal sealed class ExecutionPartitioning(long majorRows) : IPartitioning
{
    /// <summary>What PostgreSQL keeps of a name, in bytes.</summary>
    private const int MaxName = 63;

    /// <summary>Enough of a hash to tell the workspaces of a database apart.</summary>
    private const int HashLength = 8;

    public string Table => "workflow_executions";

    public string Key => "workspace_id";

    public string Method => "LIST (workspace_id)";

    public string? KeyOtherwise => null;

    public string Description => $"by workspace_id: one for each workspace with {majorRows:N0} executions or more, one for all others";

    public IEnumerable<Partition> Ahead => [];

    public async Task<IReadOnlyList<Partition>> ListNeededAsync(
        NpgsqlConnection connection, string source, IReadOnlyCollection<string> taken, CancellationToken cancellationToken)
    {
        var workspaces = await connection.QueryAsync<string>(new CommandDefinition(
            Sql.Read("partitions.major_workspaces").Replace("{source}", source, StringComparison.Ordinal),
            new { major_rows = majorRows },
            commandTimeout: 0,
            cancellationToken: cancellationToken));
        var names = taken.ToHashSet(StringComparer.Ordinal);
        var partitions = new List<Partition>();
        foreach (var workspace in workspaces)
        {
            var name = NameOf(workspace, names);
            names.Add(name);
            var value = SqlLiteral.Of(workspace);
            partitions.Add(new Partition(name, $"IN ({value})", $"workspace_id = {value}"));
        }

        return partitions;
    }

    /// <summary><c>workflow_executions_ws_abc</c> for <c>workspace-abc</c>; with a hash where that says too little, or is taken.</summary>
    private string NameOf(string workspace, HashSet<string> taken)
    {
        const string Prefix = "workspace-";
        var plain = workspace.StartsWith(Prefix, StringComparison.Ordinal) ? workspace[Prefix.Length..] : workspace;
        var clean = string.Concat(plain.Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '_'));
        var name = $"{Table}_ws_{clean}";
        if (plain.Length > 0 && clean.Replace('_', '-') == plain.Replace('_', '-') && name.Length <= MaxName && !taken.Contains(name))
            return name;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workspace)))[..HashLength];
        return $"{name[..Math.Min(name.Length, MaxName - HashLength - 1)]}_{hash}";
    }
}
