using WorkflowFunctions.Api.Recurring;

namespace WorkflowFunctions.Api.Retention;

/// <summary>Adds up what a run does.</summary>
/// <param name="toBlobs">Whether rows go to blobs, rather than to tables.</param>
internal sealed class RetentionTally(bool toBlobs)
{
    /// <summary>A report stays small whatever happens.</summary>
    private const int MaxHeld = 100;

    private readonly Dictionary<(RetainedTable Table, Quarter Quarter), long> _rows = [];
    private readonly List<HeldExecution> _held = [];
    private long _attachments;
    private long _heldCount;

    public void Add(RetainedTable table, Quarter quarter, long rows) =>
        _rows[(table, quarter)] = _rows.GetValueOrDefault((table, quarter)) + rows;

    public void AddAttachments(long rows) => _attachments += rows;

    public void Hold(string executionId, string reason)
    {
        if (_heldCount++ < MaxHeld)
            _held.Add(new HeldExecution(executionId, reason));
    }

    public RetentionReport Report(bool dryRun, DateTimeOffset at) => new()
    {
        DryRun = dryRun,
        At = at,
        AttachmentsDetached = _attachments,
        HeldCount = _heldCount,
        Held = _held,
        Tables =
        [
            .. _rows
                .Where(entry => entry.Value > 0)
                .Select(entry => new RetentionLine(
                    entry.Key.Table.Name,
                    entry.Key.Quarter.ToString(),
                    toBlobs ? null : entry.Key.Table.ArchiveOf(entry.Key.Quarter),
                    toBlobs ? entry.Key.Table.FolderOf(entry.Key.Quarter) : null,
                    entry.Value))
                .OrderBy(line => line.Table, StringComparer.Ordinal).ThenBy(line => line.Quarter, StringComparer.Ordinal),
        ],
    };
}
