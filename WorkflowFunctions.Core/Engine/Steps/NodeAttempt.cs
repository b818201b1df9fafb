using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>One attempt of a node: what it gets, its handler, and what is recorded of it.</summary>
internal sealed class NodeAttempt
{
    private readonly StepServices _services;
    private readonly IChildExecutions _children;
    private readonly RecordWriter _writer;
    private readonly RecordJob _record;
    private readonly ILogger _logger;
    private readonly ActiveExecution _execution;
    private readonly NodePlan _node;
    private readonly NodePath _path;
    private readonly JobOutcome? _wait;
    private readonly JsonElement? _signal;
    private readonly DateTimeOffset _now;
    private JobWrite _job;
    private AttemptTelemetry _telemetry;
    private IDisposable? _room;
    private Usage _used = Usage.None;
    private bool _isDone;

    public NodeAttempt(
        StepServices services, IChildExecutions children, RecordWriter writer, RecordJob record, ILogger logger,
        ActiveExecution execution, NodePlan node, NodePath path, JobOutcome? former, JsonElement? signal)
    {
        (_services, _children, _writer, _record, _logger) = (services, children, writer, record, logger);
        (_execution, _node, _path, _signal) = (execution, node, path, signal);
        _now = services.Time.GetUtcNow();
        _wait = former?.Status == JobStatus.Waiting ? former : null;
        _job = execution.NewJob(node, path) with
        {
            // An attempt that was interrupted, or that waited, is resumed; one that failed is followed by the next.
            Attempt = former is null ? 1 : former.Status == JobStatus.Pending ? former.Attempt + 1 : Math.Max(1, former.Attempt),
            StartedAt = former?.StartedAt ?? _now,
        };
    }

    private string Label => _node.Node.Label;

    /// <summary>When the attempt fails if it waits: an attempt that waits again has no more time than it had.</summary>
    private DateTimeOffset? Deadline => _wait?.WaitsFor?.Deadline ?? _node.Policy.DeadlineAfter(_now);

    private IReadOnlyDictionary<string, string> SecretsRead =>
        _node.Settings.ReadsSecrets ? _services.Secrets.Of(_execution.Row.WorkspaceId) : ImmutableDictionary<string, string>.Empty;

    /// <summary>Runs the attempt and records it.</summary>
    /// <exception cref="RecordLostException">It could not be recorded; it will be run again from the record.</exception>
    /// <exception cref="StepFailedException">The record could not be read.</exception>
    /// <exception cref="OperationCanceledException">The process is stopping.</exception>
    public async Task<NodeOutcome> RunAsync(CancellationToken stopping)
    {
        using var telemetry = _telemetry = AttemptTelemetry.Start(_services.Metrics, _job);
        try
        {
            return await RecordFailureAsync(() => RunAndRecordAsync(stopping));
        }
        finally
        {
            // A handler that was left behind gets no more room.
            Interlocked.Exchange(ref _room, LargeOutputs.NoRoom)?.Dispose();
        }
    }

    private async Task<NodeOutcome> RunAndRecordAsync(CancellationToken stopping)
    {
        var inputs = await RenderAsync(stopping);
        _job = _job with { Input = inputs.Recorded, CacheKey = CacheKey(inputs) };
        if (_job.CacheKey is { } key && _node.Policy.Cache is { } cache
            && await _services.Jobs.FindCachedAsync(key, _now.AddSeconds(-cache.Seconds), stopping).OrStepFailsAsync() is { } cached)
        {
            return await ReuseAsync(cached);
        }

        var handling = HandleAsync(inputs, stopping);
        // A node that goes on after a wait has been started before.
        if (_wait is null)
            WriteStart(isBusy: !handling.IsCompleted);
        var result = await handling;
        _used = result.Usage;
        return result switch
        {
            { Wait: { } wait } => await WaitAsync(wait, stopping),
            { Body: { } body } => await BeginBodyAsync(body, inputs.Settings),
            _ => await CompleteAsync(result, stopping),
        };
    }

    /// <summary>Records that the attempt has waited for longer than it may.</summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task<NodeOutcome> TimeOutAsync()
    {
        using var telemetry = _telemetry = AttemptTelemetry.Start(_services.Metrics, _job);
        return await FailAsync(
            new NodeFailedException($"The node waited for longer than {_node.Policy.TimeoutSeconds:0.###} seconds (timeout_seconds)."));
    }

    /// <summary>Runs the attempt of a pure node and records nothing.</summary>
    /// <param name="unrecorded">The nodes that have been computed before it in the same step.</param>
    /// <param name="stopping">Fires when the process stops.</param>
    /// <returns>What it gave; null if it failed: it is then to be run, and recorded, as a node of its own.</returns>
    /// <exception cref="StepFailedException">The record could not be read.</exception>
    /// <exception cref="OperationCanceledException">The process is stopping.</exception>
    public async Task<ComputedNode?> TryComputeAsync(IReadOnlyDictionary<string, ComputedNode> unrecorded, CancellationToken stopping)
    {
        using var telemetry = _telemetry = AttemptTelemetry.Start(_services.Metrics, _job);
        try
        {
            var inputs = await RenderAsync(stopping, unrecorded);
            var started = _job with { Input = inputs.Recorded };
            var result = await _node.Type.RunAsync(inputs.Settings, Context(inputs), stopping);
            var completed = Complete(started, result).After(started.Started(Label, _now));
            _telemetry.Computed(completed);
            return new ComputedNode(completed, RecordDatabase.ParseJson(completed.Output!));
        }
        catch (Exception exception) when (exception is not (RecordLostException or StepFailedException or OperationCanceledException))
        {
            return null;
        }
    }

    /// <summary>Records what <see cref="TryComputeAsync"/> has given.</summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public Task<NodeOutcome> RecordAsync(ComputedNode computed) => RecordFailureAsync(() => CompleteAsync(computed.Job));

    private async Task<NodeOutcome> RecordFailureAsync(Func<Task<NodeOutcome>> run)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException) when (_execution.Cancelled.IsCancellationRequested)
        {
            return NodeOutcome.Halted;
        }
        catch (NodeDeferredException deferral)
        {
            var now = _services.Time.GetUtcNow();
            return await RunAgainAsync(_job.Using(_used).Deferred(Label, WithoutSecrets(deferral.Message), now + deferral.Delay, now));
        }
        catch (Exception exception) when (exception is not (RecordLostException or StepFailedException or OperationCanceledException))
        {
            return await FailAsync(exception);
        }
    }

    private async Task<NodeInputs> RenderAsync(CancellationToken stopping, IReadOnlyDictionary<string, ComputedNode>? unrecorded = null)
    {
        var inputs = await NodeInputs.RenderAsync(_services, _execution, _node, _path, stopping, unrecorded).OrStepFailsAsync();
        // What comes in is given on as one output; it is not put together only to be refused.
        RequireSmall(inputs.Incoming.Sum(input => (long)JsonMarshal.GetRawUtf8Value(input.Output).Length));
        return inputs;
    }

    /// <summary>The same for what is asked for in the same words in a workspace. One that waits, or only computes, has none.</summary>
    private string? CacheKey(NodeInputs inputs)
    {
        if (_node.Policy.Cache is null || _wait is not null || _node.Type.Waits || _node.Type.IsPure)
            return null;
        var incoming = string.Join('\n', inputs.Incoming.Select(input => $"{input.NodeId} {input.Output.GetRawText()}"));
        var asked = $"{_execution.Row.WorkspaceId}\n{_node.Type.CacheVariant(inputs.Settings)}\n{inputs.Recorded}\n{incoming}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)));
    }

    /// <summary>
    /// Completes with a result that is recorded already, at no cost. It is not found by others itself, so that it does not become younger.
    /// </summary>
    private async Task<NodeOutcome> ReuseAsync(CachedResult cached)
    {
        _job = _job with { CacheKey = null, GivenFrom = cached.Id };
        WriteStart(isBusy: false);
        return await CompleteAsync(Complete(_job, NodeResult.Completed(cached.Output, cached.Branch)));
    }

    /// <summary>
    /// The start rides with the next commit. One that takes its time is committed now, so that people see it run; one that is
    /// done already needs no commit of its own.
    /// </summary>
    private void WriteStart(bool isBusy)
    {
        _writer.WriteLater(_job.Started(Label, _now));
        if (isBusy)
            _writer.Flush();
    }

    private async Task<NodeResult> HandleAsync(NodeInputs inputs, CancellationToken stopping)
    {
        var timeout = _node.Policy.RunTimeout;
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stopping, _execution.Cancelled);
        attempt.CancelAfter(timeout);
        try
        {
            // A handler that does not heed its token is left behind rather than waited for.
            return await _node.Type.RunAsync(inputs.Settings, Context(inputs), attempt.Token).WaitAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested && !_execution.Cancelled.IsCancellationRequested)
        {
            throw new NodeFailedException(
                attempt.IsCancellationRequested
                    ? $"The attempt was stopped after {timeout.TotalSeconds:0.###} seconds (timeout_seconds)."
                    : "The attempt was given up.",
                isTransient: !_isDone);
        }
    }

    private NodeContext Context(NodeInputs inputs) => new()
    {
        ExecutionId = _execution.Row.Id,
        NodeId = _path.ToString(),
        JobId = _job.Id,
        Attempt = _job.Attempt,
        Retries = _job.Retries,
        WorkspaceId = _execution.Row.WorkspaceId,
        ProjectId = _execution.Row.ProjectId,
        UserId = _execution.Row.UserId,
        Params = _execution.Params,
        Incoming = inputs.Incoming,
        Now = _now,
        WaitingSince = _wait?.StartedAt,
        WaitingUntil = _wait?.WakeAt,
        Signal = _signal,
        Children = _children,
        RunTimeout = _node.Policy.RunTimeout,
        Used = usage => _used = usage,
        DoNotRepeat = () => _isDone = true,
        MakeRoom = MakeRoomAsync,
        Mask = WithoutSecrets,
    };

    private JobWrite Complete(JobWrite job, NodeResult result)
    {
        RequireSmall(JsonMarshal.GetRawUtf8Value(result.Output).Length);
        var output = SecretMask.ReplaceInJson(StorableJson.Of(result.Output.GetRawText()), SecretsRead);
        return job.Completed(Label, result, output, _services.Time.GetUtcNow());
    }

    private async Task<NodeOutcome> CompleteAsync(NodeResult result, CancellationToken stopping)
    {
        await MakeRoomAsync(JsonMarshal.GetRawUtf8Value(result.Output).Length, stopping);
        return await CompleteAsync(Complete(_job, result));
    }

    private async ValueTask MakeRoomAsync(long bytes, CancellationToken cancellationToken)
    {
        if (_room is null && await _services.LargeOutputs.EnterAsync(bytes, cancellationToken) is { } room
            && Interlocked.CompareExchange(ref _room, room, null) is not null)
        {
            room.Dispose();
        }
    }

    private Task<NodeOutcome> CompleteAsync(JobWrite job) =>
        SettleAsync(job, _execution.NextCheckpoint(nodes: 1, inRoot: _node.Depth == 0 ? 1 : 0));

    private void RequireSmall(long bytes)
    {
        if (_services.Limits.RefuseOutput(bytes) is { } refusal)
            throw new NodeFailedException(refusal, isTransient: false);
    }

    private async Task<NodeOutcome> WaitAsync(NodeWait wait, CancellationToken stopping)
    {
        var waiting = _job.Waiting(Label, wait, Deadline, _now);
        if (!await WriteAsync(waiting))
            return NodeOutcome.Halted;
        if (wait.Signal is not { } signal)
            return NodeOutcome.RunAgainAt(waiting.WakeAt!.Value);
        // One that came before now has woken nobody; one that comes from now on will.
        return await _services.Signals.ExistsAsync(_execution.Row.Id, signal, _job.Id, stopping).OrStepFailsAsync()
            ? NodeOutcome.RunAgainAt(_now)
            : NodeOutcome.RunAgainOn(signal, waiting.WakeAt);
    }

    private async Task<NodeOutcome> BeginBodyAsync(BodyRun body, JsonElement settings)
    {
        _execution.KeepItems(_path.ToString(), settings.GetProperty("items"));
        return await WriteAsync(_job.WaitingForBody(Label, body, Deadline, _now))
            ? NodeOutcome.RunBody(body.Count, body.MaxParallel, Deadline)
            : NodeOutcome.Halted;
    }

    private async Task<NodeOutcome> FailAsync(Exception exception)
    {
        // Settings that cannot be rendered fail an attempt as well, and an attempt has a start. One that waited has had it.
        if (_job.Input is null && _wait is null)
            WriteStart(isBusy: false);
        var failure = exception as NodeFailedException;
        var isForeseen = failure is not null
            || exception is MissingVariableException or LiquidSyntaxException or PostgresException { IsTransient: false };
        if (!isForeseen)
            _logger.LogWarning(
                "Node {NodeId} of execution {ExecutionId} failed: {Traceback}", _path, _execution.Row.Id,
                WithoutSecrets(exception.ToString()));
        var isTransient = failure?.IsTransient ?? !isForeseen;
        // An error of PostgreSQL is told in full, and its own text only says that it may not.
        var trace = isForeseen || exception is PostgresException ? failure?.Traceback : exception.ToString();
        var now = _services.Time.GetUtcNow();
        // What was paid is counted, whatever became of it.
        var failed = _job.Using(failure is { Usage: var usage } && usage != Usage.None ? usage : _used) with
        {
            // What the database does not take must not be in the way of saying so.
            Input = exception is PostgresException ? null : _job.Input,
            Error = Recordable(exception is PostgresException refusal ? DatabaseErrors.Describe(refusal) : exception.Message),
            Traceback = trace is null ? null : Recordable(trace),
        };
        return isTransient && _job.Attempt < _job.MaxAttempts
            ? await RunAgainAsync(failed.Retrying(Label, now + DelayBeforeNext(failure?.RetryAfter), now))
            : await SettleAsync(failed.Failed(Label, _node.Policy.OnError, now));
    }

    private TimeSpan DelayBeforeNext(TimeSpan? asked)
    {
        var delay = _node.Policy.Retry.DelayAfter(_job.Attempt);
        return asked > delay ? asked.Value : delay;
    }

    private string Recordable(string text) => StorableJson.Text(WithoutSecrets(text));

    private string WithoutSecrets(string text) => SecretMask.Replace(text, SecretsRead);

    private async Task<NodeOutcome> RunAgainAsync(JobWrite job) =>
        await WriteAsync(job) ? NodeOutcome.RunAgainAt(job.WakeAt!.Value) : NodeOutcome.Halted;

    private async Task<NodeOutcome> SettleAsync(JobWrite job, CheckpointWrite? checkpoint = null)
    {
        // Kept before others may hear that the node is settled.
        if (job.Output is { } output)
            _execution.KeepOutput(job.NodeId, output.Length, () => RecordDatabase.ParseJson(output));
        return await WriteAsync(job, checkpoint) ? NodeRunner.OutcomeOf(job.ToOutcome(), _node, _path, job.Error) : NodeOutcome.Halted;
    }

    private async Task<bool> WriteAsync(JobWrite job, CheckpointWrite? checkpoint = null)
    {
        using var span = ExecutionTrace.StartRecord();
        if (!await _record(job, checkpoint))
            return false;
        _telemetry.Recorded(job);
        return true;
    }
}

/// <summary>Records a job, in whatever commit it belongs to.</summary>
/// <param name="job">How it stands.</param>
/// <param name="checkpoint">A checkpoint to write in the same commit; null for none.</param>
/// <returns>Whether it was written; false if it was refused.</returns>
internal delegate Task<bool> RecordJob(JobWrite job, CheckpointWrite? checkpoint = null);
