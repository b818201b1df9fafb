using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Commit;

/// <summary>Turns writes into the statements of one batch; each statement takes any number of rows as arrays.</summary>
internal static class WriteStatements
{
    /// <summary>Begins executions; returns the ids of those that run now.</summary>
    public static NpgsqlBatchCommand Begin(IReadOnlyList<BeginWrite> writes, string createdBy) => Command(
        "commit.begin",
        Texts("ids", writes, write => write.ExecutionId),
        Column("nodes_totals", NpgsqlDbType.Integer, writes, write => write.NodesTotal),
        Texts("template_versions", writes, write => write.TemplateVersion),
        Times("deadline_ats", writes, write => write.Deadline),
        Column("workspace_limits", NpgsqlDbType.Integer, writes, write => write.WorkspaceLimit),
        Times("times", writes, write => write.At),
        Texts("traceparents", writes, write => write.Traceparent),
        Text("created_by", createdBy));

    /// <summary>Records executions that ran as a whole; returns the ids of those that were not refused.</summary>
    public static NpgsqlBatchCommand Run(IReadOnlyList<WholeRun> runs, string createdBy) => Command(
        "commit.run",
        [
            Texts("run_ids", runs, each => each.Begin.ExecutionId),
            Column("run_nodes_totals", NpgsqlDbType.Integer, runs, each => each.Begin.NodesTotal),
            Column("run_costs", NpgsqlDbType.Numeric, runs, each => each.CostUsd),
            Times("run_started_ats", runs, each => each.Begin.At),
            Times("run_deadline_ats", runs, each => each.Begin.Deadline),
            Texts("run_traceparents", runs, each => each.Begin.Traceparent),
            .. Columns([.. runs.SelectMany(each => each.Jobs)], createdBy),
        ]);

    /// <summary>Writes jobs; returns the ids of those that were not refused.</summary>
    public static NpgsqlBatchCommand Jobs(IReadOnlyList<JobWrite> jobs, string createdBy) =>
        Command("commit.jobs", Columns(jobs, createdBy));

    /// <summary>Adds what jobs have cost to the day of their workspaces.</summary>
    public static NpgsqlBatchCommand Costs(IReadOnlyList<JobWrite> jobs) => Command(
        "commit.costs", Texts("ids", jobs, job => job.Id), Column("costs", NpgsqlDbType.Numeric, jobs, job => job.CostUsd));

    /// <summary>Queues tasks for workers.</summary>
    public static NpgsqlBatchCommand Tasks(IReadOnlyList<JobWrite> jobs) => Command(
        "commit.tasks",
        Texts("ids", jobs, job => job.Id),
        Texts("signals", jobs, job => job.WaitsFor!.Signal),
        Texts("names", jobs, job => job.Task!.Name),
        Texts("queues", jobs, job => job.Task!.Queue),
        Texts("args", jobs, job => job.Task!.Args),
        Texts("kwargs", jobs, job => job.Task!.Kwargs),
        Column("max_attempts", NpgsqlDbType.Integer, jobs, job => job.MaxAttempts),
        Column("heartbeat_seconds", NpgsqlDbType.Double, jobs, job => job.Task!.HeartbeatSeconds),
        Column("max_lost_leases", NpgsqlDbType.Integer, jobs, job => job.Task!.MaxLostLeases),
        Times("deadline_ats", jobs, job => job.WaitsFor!.Deadline));

    /// <summary>Claims jobs; returns the ids of those that no other session has claimed.</summary>
    public static NpgsqlBatchCommand Claim(IReadOnlyList<string> jobIds) => Command("commit.claim", Texts("ids", jobIds, id => id));

    /// <summary>Gives claims up.</summary>
    public static NpgsqlBatchCommand Release(IReadOnlyList<string> jobIds) => Command("commit.release", Texts("ids", jobIds, id => id));

    /// <summary>Gathers what the bodies of loops gave.</summary>
    public static NpgsqlBatchCommand Collect(IReadOnlyList<JobWrite> loops) => Command(
        "commit.collect",
        Texts("ids", loops, job => job.Id),
        Texts("execution_ids", loops, job => job.ExecutionId),
        Texts("items", loops, job => job.Body!.Items),
        Column("counts", NpgsqlDbType.Integer, loops, job => job.Body!.Count),
        Texts("ends", loops, job => JsonSerializer.Serialize(job.Body!.Ends)),
        Column("retries", NpgsqlDbType.Integer, loops, job => job.Retries));

    /// <summary>Cancels what is left of the bodies of loops.</summary>
    public static NpgsqlBatchCommand Drop(IReadOnlyList<JobWrite> loops) => Command(
        "commit.drop",
        Texts("execution_ids", loops, job => job.ExecutionId),
        Texts("items", loops, job => job.Body!.Items),
        Texts("node_ids", loops, job => JsonSerializer.Serialize(job.Body!.NodeIds)),
        Column("retries", NpgsqlDbType.Integer, loops, job => job.Retries));

    /// <summary>Lets executions rest; returns the ids of those that do.</summary>
    public static NpgsqlBatchCommand Rest(IReadOnlyList<RestWrite> writes) => Command(
        "commit.rest",
        Texts("ids", writes, write => write.ExecutionId),
        Texts("wake_ats", writes, write => write.Until?.UtcDateTime.ToString("O") ?? "infinity"));

    /// <summary>Ends executions; returns the ids of those that ended.</summary>
    public static NpgsqlBatchCommand Finish(IReadOnlyList<FinishWrite> writes, string createdBy) => Command(
        "commit.finish",
        Texts("ids", writes, write => write.ExecutionId),
        Texts("statuses", writes, write => write.Status),
        Texts("errors", writes, write => write.Error),
        Texts("node_ids", writes, write => write.NodeId),
        Column("retries", NpgsqlDbType.Integer, writes, write => write.Retries),
        Text("created_by", createdBy));

    /// <summary>Makes the metrics of executions that have ended.</summary>
    public static NpgsqlBatchCommand Measure(IEnumerable<string> executionIds) => Command(
        "commit.measure",
        Texts("ids", [.. executionIds], id => id),
        new NpgsqlParameter<int>("max_memory_mb", NpgsqlDbType.Integer) { TypedValue = (int)(Environment.WorkingSet / (1024 * 1024)) });

    /// <summary>Writes checkpoints.</summary>
    public static NpgsqlBatchCommand Checkpoints(IReadOnlyList<CheckpointWrite> writes) => Command(
        "commit.checkpoints",
        Texts("ids", writes, write => write.Id),
        Texts("execution_ids", writes, write => write.ExecutionId),
        Texts("types", writes, write => write.Type),
        Texts("reasons", writes, write => write.Reason),
        Texts("created_bys", writes, write => write.CreatedBy),
        Column("after_nodes", NpgsqlDbType.Integer, writes, write => write.AfterNodes));

    /// <summary>Jobs and their events.</summary>
    private static IReadOnlyList<NpgsqlParameter> Columns(IReadOnlyList<JobWrite> jobs, string createdBy)
    {
        // In the order in which they happened, across jobs too, so that ids ascend with time.
        List<(string JobId, JobEvent Event)> events =
            [.. jobs.SelectMany(job => job.Events, (job, item) => (job.Id, item)).OrderBy(item => item.item.At)];
        return
        [
            Texts("ids", jobs, job => job.Id),
            Texts("execution_ids", jobs, job => job.ExecutionId),
            Texts("node_ids", jobs, job => job.NodeId),
            Texts("job_types", jobs, job => job.JobType),
            Texts("statuses", jobs, job => job.Status),
            Texts("inputs", jobs, job => job.Input),
            Texts("outputs", jobs, job => job.Output),
            Texts("errors", jobs, job => job.Error),
            Column("tokens", NpgsqlDbType.Integer, jobs, job => job.Tokens),
            Column("costs", NpgsqlDbType.Numeric, jobs, job => job.CostUsd),
            Column("api_calls", NpgsqlDbType.Integer, jobs, job => job.ApiCalls),
            Column("attempts", NpgsqlDbType.Integer, jobs, job => job.Attempt),
            Texts("branches", jobs, job => job.Branch),
            Times("wake_ats", jobs, job => job.WakeAt),
            Times("started_ats", jobs, job => job.StartedAt),
            Times("completed_ats", jobs, job => job.CompletedAt),
            Column("max_attempts", NpgsqlDbType.Integer, jobs, job => job.MaxAttempts),
            Texts("tracebacks", jobs, job => job.Traceback),
            Texts("waits_fors", jobs, job => job.WaitsFor is null ? null : JsonSerializer.Serialize(job.WaitsFor, WaitsFor.Json)),
            Column("retries", NpgsqlDbType.Integer, jobs, job => job.Retries),
            Texts("cache_keys", jobs, job => job.CacheKey),
            Texts("given_froms", jobs, job => job.GivenFrom),
            Texts("event_job_ids", events, item => item.JobId),
            Texts("event_types", events, item => item.Event.Type),
            Texts("event_data", events, item => item.Event.Data),
            Texts("event_severities", events, item => item.Event.Severity),
            Texts("event_messages", events, item => item.Event.Message),
            Times("event_times", events, item => item.Event.At),
            Text("created_by", createdBy),
        ];
    }

    /// <summary>A statement, which takes of parameters what it names.</summary>
    private static NpgsqlBatchCommand Command(string name, params IReadOnlyList<NpgsqlParameter> parameters)
    {
        var (text, names) = Sql.ReadNumbered(name);
        var command = new NpgsqlBatchCommand(text);
        var named = parameters.ToDictionary(parameter => parameter.ParameterName, StringComparer.Ordinal);
        foreach (var parameter in names.Select(each => named[each]))
        {
            parameter.ParameterName = "";
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter Text(string name, string value) =>
        new NpgsqlParameter<string>(name, NpgsqlDbType.Text) { TypedValue = value };

    private static NpgsqlParameter Texts<TItem>(string name, IReadOnlyList<TItem> items, Func<TItem, string?> select) =>
        Column(name, NpgsqlDbType.Text, items, select);

    private static NpgsqlParameter Times<TItem>(string name, IReadOnlyList<TItem> items, Func<TItem, DateTimeOffset?> select) =>
        Column(name, NpgsqlDbType.TimestampTz, items, item => select(item)?.UtcDateTime);

    private static NpgsqlParameter<TValue[]> Column<TItem, TValue>(
        string name, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, TValue> select)
    {
        var values = new TValue[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = select(items[i]);
        return new NpgsqlParameter<TValue[]>(name, NpgsqlDbType.Array | type) { TypedValue = values };
    }
}
