using System.Text.Json;
using WorkflowFunctions.Database;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Nodes.Types;

namespace WorkflowFunctions.Api.Tasks;

/// <summary>
/// Reads tasks: the rows of <c>agent_jobs</c> in which people are asked, and what they have answered (<c>workflow_signals</c>).
/// </summary>
internal sealed class TaskStore(RecordConnections database)
{
    /// <summary>Finds a task; null if there is none.</summary>
    public Task<TaskRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<TaskRow>("tasks.find", new { id }, cancellationToken);

    /// <summary>Lists tasks, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="respondent">Who asks.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<TaskRow>> ListAsync(
        TaskFilter filter, Respondent respondent, CancellationToken cancellationToken) => database.QueryAsync<TaskRow>(
        "tasks.list",
        new
        {
            is_open = filter.IsOpen,
            asked = filter.Asked,
            name = respondent.Name.ToLowerInvariant(),
            groups = respondent.Groups?.Select(group => group.ToLowerInvariant()).ToArray(),
            workspaces = filter.Workspaces?.ToArray(),
            workspace_id = filter.WorkspaceId,
            execution_id = filter.ExecutionId,
            limit = filter.Limit,
            after_time = filter.After?.CreatedAt?.UtcDateTime,
            after_id = filter.After?.Id,
        },
        cancellationToken);
}

/// <summary>Which tasks to list.</summary>
internal sealed record TaskFilter
{
    /// <summary>Those that are open; otherwise those that are done.</summary>
    public required bool IsOpen { get; init; }

    /// <summary><c>me</c>, <c>groups</c>, or <c>anyone</c> for all.</summary>
    public required string Asked { get; init; }

    /// <summary>Only those of this workspace.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>The workspaces that the reader is confined to; null for none.</summary>
    public IReadOnlyList<string>? Workspaces { get; init; }

    /// <summary>Only those of this execution.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>How many at the most.</summary>
    public required int Limit { get; init; }

    /// <summary>The last one of the page before; null for the first page.</summary>
    public PageCursor? After { get; init; }
}

/// <summary>Who answers, or is to.</summary>
/// <param name="Name">The name that assignees are compared with, and that the record gets.</param>
/// <param name="Groups">The groups; null for who counts as a member of all.</param>
internal sealed record Respondent(string Name, IReadOnlyList<string>? Groups);

/// <summary>What people are asked.</summary>
internal sealed record TaskRow
{
    /// <summary>The id: that of the job.</summary>
    public required string Id { get; init; }

    /// <summary>The execution that asks.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The node that asks, as the record names it.</summary>
    public required string NodeId { get; init; }

    /// <summary>The status of the job.</summary>
    public required string JobStatus { get; init; }

    /// <summary>The settings of the node, as they were rendered; null of one that was skipped.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>What was decided.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Why the node failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it was asked.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When the node was settled.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The workspace of the execution.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The template of the execution.</summary>
    public required string TemplateId { get; init; }

    /// <summary>What people read of the template.</summary>
    public string? TemplateName { get; init; }

    /// <summary>Who started the execution.</summary>
    public string? StartedBy { get; init; }

    /// <summary>Whether the answer that decides has come.</summary>
    public bool IsDecided { get; init; }

    /// <summary>What people have answered so far.</summary>
    public JsonElement Answers { get; init; }

    /// <summary>What is asked, of whom.</summary>
    public ApprovalSettings Settings => Input is { } input ? ApprovalSettings.Read(input) : new ApprovalSettings();

    /// <summary>Whether it waits for an answer.</summary>
    public bool IsOpen => JobStatus == Engine.Record.JobStatus.Waiting && !IsDecided;

    /// <summary>Why somebody may not answer; null if they may.</summary>
    /// <param name="respondent">Who.</param>
    /// <param name="now">The time now, by which it may have gone on to others.</param>
    public string? RefusalOf(Respondent respondent, DateTimeOffset now)
    {
        var settings = Settings;
        if (Has(settings.NotBy, respondent.Name))
            return $"'{respondent.Name}' may not answer this (not_by).";
        var groups = settings.Groups ?? [];
        var hasGoneOn = settings.RemindAfterSeconds is { } seconds && OpenedAt?.AddSeconds(seconds) <= now;
        var isAsked = settings.IsForAnyone
            || Has(settings.Assignees, respondent.Name)
            || (respondent.Groups?.Any(group => Has(groups, group)) ?? groups.Count > 0)
            || (hasGoneOn && Has(settings.EscalateTo, respondent.Name));
        return isAsked
            ? null
            : $"'{respondent.Name}' is not asked. Asked are: {string.Join(", ", [.. settings.Assignees ?? [], .. groups])}.";
    }

    private static bool Has(IReadOnlyList<string>? names, string name) => names?.Contains(name, StringComparer.OrdinalIgnoreCase) is true;

    /// <summary>The answers so far.</summary>
    public IReadOnlyList<ApprovalAnswer> ReadAnswers() => Answers.Deserialize<IReadOnlyList<ApprovalAnswer>>(SettingsSchema.Json)!;
}
