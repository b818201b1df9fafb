using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Jobs;
using WorkflowFunctions.Record.Writing;
using WorkflowFunctions.Templating;

namespace WorkflowFunctions.Orchestration;

/// <summary>One attempt of a node.</summary>
internal sealed class NodeAttempt
{
    private static readonly JsonSerializerOptions s_eventData = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly StepServices _services;
    private readonly RecordWriter _writer;
    private readonly ILogger _logger;
    private readonly ActiveExecution _execution;
    private readonly NodePlan _node;
    private readonly JobOutcome? _former;
    private readonly DateTimeOffset _now;
    private JobWrite _job;

    public NodeAttempt(
        StepServices services, RecordWriter writer, ILogger logger, ActiveExecution execution, NodePlan node, JobOutcome? former)
    {
        (_services, _writer, _logger, _execution, _node, _former) = (services, writer, logger, execution, node, former);
        _now = services.Time.GetUtcNow();
        _job = new JobWrite
        {
            Id = Ids.OfJob(execution.Row.Id, node.Node.Id),
            ExecutionId = execution.Row.Id,
            NodeId = node.Node.Id,
            JobType = node.Node.Type,
            Status = JobStatus.Running,
            // An attempt that was interrupted, or that waited, is taken up again; one that failed is followed by the next.
            Attempt = former is null ? 1 : former.Status == JobStatus.Pending ? former.Attempt + 1 : Math.Max(1, former.Attempt),
            MaxAttempts = node.Policy.Retry.MaxAttempts,
            StartedAt = former?.StartedAt ?? _now,
        };
    }

    /// <summary>Runs the attempt and records it.</summary>
    /// <exception cref="RecordLostException">It could not be recorded; it will be run again from the record.</exception>
    /// <exception cref="OperationCanceledException">The process is stopping.</exception>
    public async Task<NodeOutcome> RunAsync(CancellationToken stopping)
    {
        try
        {
            var inputs = await RenderAsync(stopping);
            _job = _job with { Input = inputs.Recorded };
            var handling = HandleAsync(inputs, stopping);
            if (_former?.Status != JobStatus.Waiting)
                WriteStart(isBusy: !handling.IsCompleted);
            var result = await handling;
            return result.Until is { } until ? await WaitAsync(until) : await CompleteAsync(result);
        }
        catch (OperationCanceledException) when (_execution.Cancelled.IsCancellationRequested)
        {
            return NodeOutcome.Halted;
        }
        catch (Exception exception) when (exception is not (RecordLostException or StepFailedException or OperationCanceledException))
        {
            return await FailAsync(exception);
        }
    }

    private async Task<NodeInputs> RenderAsync(CancellationToken stopping)
    {
        try
        {
            return await NodeInputs.RenderAsync(_services, _execution, _node, stopping);
        }
        catch (NpgsqlException exception)
        {
            // The record is out of reach; that is no attempt of the node's.
            throw new StepFailedException(exception);
        }
    }

    /// <summary>
    /// The start rides with the next commit. One that takes its time is committed now, so that people see it run; one that is
    /// done already needs no commit of its own.
    /// </summary>
    private void WriteStart(bool isBusy)
    {
        _job = _job with
        {
            Events = [new JobEvent(EventType.NodeStarted, _now, $"Started {_node.Node.Label}", _job.Attempt > 1 ? $$"""{"attempt":{{_job.Attempt}}}""" : null)],
        };
        _writer.WriteLater(_job);
        if (isBusy)
            _writer.Flush();
    }

    private async Task<NodeResult> HandleAsync(NodeInputs inputs, CancellationToken stopping)
    {
        var timeout = TimeSpan.FromSeconds(_node.Policy.TimeoutSeconds);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stopping, _execution.Cancelled);
        attempt.CancelAfter(timeout);
        try
        {
            var context = new NodeContext
            {
                ExecutionId = _execution.Row.Id,
                NodeId = _node.Node.Id,
                JobId = _job.Id,
                Attempt = _job.Attempt,
                WorkspaceId = _execution.Row.WorkspaceId,
                ProjectId = _execution.Row.ProjectId,
                UserId = _execution.Row.UserId,
                Params = _execution.Params,
                Incoming = inputs.Incoming,
                Now = _now,
                WaitingSince = _former?.Status == JobStatus.Waiting ? _former.StartedAt : null,
                WaitingUntil = _former?.Status == JobStatus.Waiting ? _former.WakeAt : null,
            };
            // A handler that does not heed its token is left behind rather than waited for.
            return await _node.Type.RunAsync(inputs.Settings, context, attempt.Token).WaitAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested && !_execution.Cancelled.IsCancellationRequested)
        {
            throw new NodeFailedException(attempt.IsCancellationRequested
                ? $"The attempt was stopped after {timeout.TotalSeconds:0.###} seconds (timeout_seconds)."
                : "The attempt was given up.");
        }
    }

    private async Task<NodeOutcome> CompleteAsync(NodeResult result)
    {
        var output = StorableJson.Of(SecretMask.Replace(result.Output.GetRawText(), SecretsRead)!);
        var now = _services.Time.GetUtcNow();
        var outcome = new JobOutcome { NodeId = _node.Node.Id, Status = JobStatus.Completed, Attempt = _job.Attempt, Branch = result.Branch };
        if (_execution.IsCheckpointDue())
            _writer.WriteLater(new CheckpointWrite { Id = Ids.New("cp"), ExecutionId = _execution.Row.Id, Type = "auto", Reason = "Nodes settled" });
        _execution.KeepOutput(_node.Node.Id, JsonElement.Parse(output), output.Length);
        return await SettleAsync(outcome, Using(result.Usage) with
        {
            Status = JobStatus.Completed,
            Output = output,
            Branch = result.Branch,
            CompletedAt = now,
            Events =
            [
                new JobEvent(EventType.NodeCompleted, now, $"Completed {_node.Node.Label}", JsonSerializer.Serialize(
                    new
                    {
                        duration_seconds = Math.Round((now - _job.StartedAt!.Value).TotalSeconds, 3),
                        tokens_used = result.Usage.Tokens,
                        output_length = output.Length,
                        branch = result.Branch,
                    },
                    s_eventData)),
            ],
        });
    }

    private async Task<NodeOutcome> WaitAsync(DateTimeOffset until)
    {
        var startedAt = _former?.Status == JobStatus.Waiting ? _former.StartedAt : _now;
        var outcome = new JobOutcome
        {
            NodeId = _node.Node.Id,
            Status = JobStatus.Waiting,
            Attempt = _job.Attempt,
            WakeAt = until,
            StartedAt = startedAt,
        };
        var isWritten = await WriteAsync(outcome, _job with
        {
            Status = JobStatus.Waiting,
            WakeAt = until,
            StartedAt = startedAt,
            Events = [new JobEvent(EventType.NodeWaiting, _now, $"{_node.Node.Label} waits until {until:u}")],
        });
        return isWritten ? NodeOutcome.RunAgainAt(until) : NodeOutcome.Halted;
    }

    private async Task<NodeOutcome> FailAsync(Exception exception)
    {
        // Settings that cannot be rendered fail an attempt as well, and an attempt has a start.
        if (_job.Input is null)
            WriteStart(isBusy: false);
        var failure = exception as NodeFailedException;
        var isForeseen = failure is not null || exception is MissingVariableException or LiquidSyntaxException or PostgresException;
        if (!isForeseen)
            _logger.LogWarning(exception, "Node {NodeId} of execution {ExecutionId} failed", _node.Node.Id, _execution.Row.Id);
        var message = StorableJson.Text(SecretMask.Replace(exception.Message, SecretsRead)!);
        var isTransient = failure?.IsTransient ?? !isForeseen;
        _job = Using(failure?.Usage ?? Usage.None) with
        {
            // What the database does not take must not be in the way of saying so.
            Input = exception is PostgresException ? null : _job.Input,
            Error = message,
            Traceback = isForeseen ? null : StorableJson.Text(SecretMask.Replace(exception.ToString(), SecretsRead)!),
        };
        return isTransient && _job.Attempt < _job.MaxAttempts
            ? await RetryAsync(message, failure?.RetryAfter)
            : await GiveUpAsync(message);
    }

    private async Task<NodeOutcome> RetryAsync(string message, TimeSpan? retryAfter)
    {
        var now = _services.Time.GetUtcNow();
        var delay = _node.Policy.Retry.DelayAfter(_job.Attempt);
        var at = now + (retryAfter > delay ? retryAfter.Value : delay);
        var outcome = new JobOutcome
        {
            NodeId = _node.Node.Id,
            Status = JobStatus.Pending,
            Attempt = _job.Attempt,
            WakeAt = at,
            StartedAt = _job.StartedAt,
        };
        var isWritten = await WriteAsync(outcome, _job with
        {
            Status = JobStatus.Pending,
            WakeAt = at,
            Events =
            [
                new JobEvent(
                    EventType.NodeRetrying, now, $"Attempt {_job.Attempt} of {_node.Node.Label} failed: {message}",
                    JsonSerializer.Serialize(new { attempt = _job.Attempt, max_attempts = _job.MaxAttempts, next_at = at }), "warning"),
            ],
        });
        return isWritten ? NodeOutcome.RunAgainAt(at) : NodeOutcome.Halted;
    }

    private async Task<NodeOutcome> GiveUpAsync(string message)
    {
        var now = _services.Time.GetUtcNow();
        var branch = _node.Policy.OnError == OnError.Branch ? Frontier.ErrorBranch : null;
        var output = _node.Policy.OnError == OnError.Fail
            ? null
            : JsonSerializer.Serialize(new { error = new { message, node_id = _node.Node.Id, attempts = _job.Attempt } });
        if (output is not null)
            _execution.KeepOutput(_node.Node.Id, JsonElement.Parse(output), output.Length);
        var outcome = new JobOutcome { NodeId = _node.Node.Id, Status = JobStatus.Failed, Attempt = _job.Attempt, Branch = branch };
        return await SettleAsync(
            outcome,
            _job with
            {
                Status = JobStatus.Failed,
                Output = output,
                Branch = branch,
                CompletedAt = now,
                Events =
                [
                    new JobEvent(
                        EventType.NodeFailed, now, $"{_node.Node.Label} failed: {message}",
                        JsonSerializer.Serialize(new { attempt = _job.Attempt, on_error = _node.Policy.OnError }), "error"),
                ],
            },
            $"{_node.Node.Label}: {message}");
    }

    private JobWrite Using(Usage usage) => _job with
    {
        Tokens = (int)Math.Min(int.MaxValue, usage.Tokens),
        CostUsd = Math.Round(usage.CostUsd, 6),
        ApiCalls = usage.ApiCalls,
    };

    private async Task<NodeOutcome> SettleAsync(JobOutcome outcome, JobWrite job, string? error = null) =>
        await WriteAsync(outcome, job) ? NodeRunner.OutcomeOf(outcome, _node, error) : NodeOutcome.Halted;

    private async Task<bool> WriteAsync(JobOutcome outcome, JobWrite job)
    {
        if (!await _writer.WriteAsync(job))
            return false;
        _execution.SetJob(outcome);
        return true;
    }

    private IReadOnlyDictionary<string, string> SecretsRead =>
        _node.Settings.ReadsSecrets ? _services.Secrets.All : System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;
}
