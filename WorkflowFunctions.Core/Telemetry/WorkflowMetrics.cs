using System.Diagnostics.Metrics;

namespace WorkflowFunctions.Telemetry;

/// <summary>The metrics of this process, and those of the record that it looks at now and then.</summary>
internal sealed class WorkflowMetrics
{
    /// <summary>The outcome of an attempt that failed and is followed by another one; other outcomes are statuses of jobs.</summary>
    internal const string Retrying = "retrying";

    private readonly Counter<long> _ended;
    private readonly Counter<long> _recovered;
    private readonly Histogram<double> _executionDuration;
    private readonly ObservableGauge<long> _executions;
    private readonly Histogram<double> _nodeDuration;
    private readonly UpDownCounter<long> _nodesActive;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _nodeTokens;
    private readonly Counter<double> _nodeCost;
    private readonly Counter<long> _modelTokens;
    private readonly Counter<double> _modelCost;
    private readonly Histogram<long> _batchSize;
    private readonly Histogram<double> _batchDuration;

    /// <summary>Makes the instruments.</summary>
    public WorkflowMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(WorkflowTelemetry.SourceName);
        _ended = meter.CreateCounter<long>("workflow.execution.ended", "{execution}", "Executions that have ended, by status.");
        _recovered = meter.CreateCounter<long>(
            "workflow.execution.recovered", "{execution}",
            "Executions that were begun anew because their instance was lost or made no progress, by reason.");
        _executionDuration = meter.CreateHistogram(
            "workflow.execution.duration", "s", "From the beginning of an execution to its end.", null,
            Buckets(0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400));
        _executions = meter.CreateObservableGauge(
            "workflow.executions", ObserveExecutions, "{execution}", "Executions that have not ended, by status.");
        meter.CreateObservableGauge(
            "workflow.queue.age",
            () =>
                Unfinished is { } unfinished
                    ? [new Measurement<double>(unfinished.OldestPendingSeconds)]
                    : Array.Empty<Measurement<double>>(),
            "s",
            "The age of the oldest pending execution.");
        meter.CreateObservableGauge(
            "workflow.engine.leader",
            () => IsLeading is { } leads ? [new Measurement<long>(leads() ? 1 : 0)] : Array.Empty<Measurement<long>>(), "{leader}",
            "1 where the engine leads, 0 where it stands by.");
        _nodeDuration = meter.CreateHistogram(
            "workflow.node.duration", "s", "How long an attempt of a node took, by type and outcome.", null,
            Buckets(0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900));
        _nodesActive = meter.CreateUpDownCounter<long>("workflow.node.active", "{node}", "Nodes that this process runs.");
        _retries = meter.CreateCounter<long>("workflow.node.retries", "{attempt}", "Attempts that failed and are followed by another one.");
        _nodeTokens = meter.CreateCounter<long>("workflow.node.tokens", "{token}", "Tokens used, by node type.");
        _nodeCost = meter.CreateCounter<double>("workflow.node.cost", "{USD}", "What nodes cost in US dollars, by node type.");
        _modelTokens = meter.CreateCounter<long>("workflow.model.tokens", "{token}", "Tokens used, by model.");
        _modelCost = meter.CreateCounter<double>("workflow.model.cost", "{USD}", "What models cost in US dollars, by model.");
        _batchSize = meter.CreateHistogram(
            "workflow.record.batch.size", "{write}", "Writes that are committed together.", null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });
        _batchDuration = meter.CreateHistogram(
            "workflow.record.batch.duration", "s", "How long a commit took.", null,
            Buckets(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5));
    }

    /// <summary>Says whether this process leads; null where engines have no leader.</summary>
    public Func<bool>? IsLeading { get; set; }

    /// <summary>Whether somebody listens to the counts of unfinished executions.</summary>
    internal bool WantsUnfinished => _executions.Enabled;

    /// <summary>Whether somebody wants to know of commits.</summary>
    internal bool WantsBatches => _batchDuration.Enabled || _batchSize.Enabled;

    /// <summary>The unfinished executions when they were last counted; null if they could not be.</summary>
    internal UnfinishedExecutions? Unfinished { get; set; }

    /// <summary>Executions have ended.</summary>
    /// <param name="status">How.</param>
    /// <param name="startedAt">When they began; null if they had not.</param>
    /// <param name="now">When they ended.</param>
    internal void Ended(string status, DateTimeOffset? startedAt, DateTimeOffset now)
    {
        _ended.Add(1, Tag("workflow.status", status));
        if (startedAt is { } start)
            _executionDuration.Record(Math.Max(0, (now - start).TotalSeconds), Tag("workflow.status", status));
    }

    /// <summary>An execution is begun anew.</summary>
    /// <param name="reason">A word for why.</param>
    public void Recovered(string reason) => _recovered.Add(1, Tag("workflow.reason", reason));

    /// <summary>A node runs, or does not run any more.</summary>
    internal void Active(int change, string nodeType) => _nodesActive.Add(change, Tag("workflow.node.type", nodeType));

    /// <summary>An attempt is over, and recorded.</summary>
    internal void Attempted(string nodeType, string outcome, TimeSpan took, long tokens, decimal costUsd)
    {
        var type = Tag("workflow.node.type", nodeType);
        _nodeDuration.Record(took.TotalSeconds, type, Tag("workflow.outcome", outcome));
        if (outcome == Retrying)
            _retries.Add(1, type);
        if (tokens > 0)
            _nodeTokens.Add(tokens, type);
        if (costUsd > 0)
            _nodeCost.Add((double)costUsd, type);
    }

    /// <summary>A model was used.</summary>
    internal void Used(string model, long inputTokens, long outputTokens, decimal costUsd)
    {
        var name = Tag("gen_ai.request.model", model);
        if (inputTokens > 0)
            _modelTokens.Add(inputTokens, name, Tag("gen_ai.token.type", "input"));
        if (outputTokens > 0)
            _modelTokens.Add(outputTokens, name, Tag("gen_ai.token.type", "output"));
        if (costUsd > 0)
            _modelCost.Add((double)costUsd, name);
    }

    /// <summary>Writes were committed.</summary>
    internal void Committed(int writes, TimeSpan took)
    {
        _batchSize.Record(writes);
        _batchDuration.Record(took.TotalSeconds);
    }

    private IEnumerable<Measurement<long>> ObserveExecutions() =>
        Unfinished?.Counts.Select(row => new Measurement<long>(row.Value, Tag("workflow.status", row.Key))) ?? [];

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}

/// <summary>The executions of the record that have not ended.</summary>
/// <param name="Counts">
/// How many there are: <c>pending</c>, <c>running</c>, <c>waiting</c> (nothing of them runs until a time or a signal) and <c>paused</c>.
/// </param>
/// <param name="OldestPendingSeconds">The age of the oldest pending one; 0 if there is none.</param>
internal sealed record UnfinishedExecutions(IReadOnlyDictionary<string, long> Counts, double OldestPendingSeconds);
