using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Jobs;
using WorkflowFunctions.Record.Writing;
using WorkflowFunctions.Templating;

namespace WorkflowFunctions.Orchestration;

/// <summary>One attempt of a node: what it gets, its handler, and what is recorded of it.</summary>
internal sealed class NodeAttempt
{
    private readonly StepServices _services;
    private readonly RecordWriter _writer;
    private readonly ILogger _logger;
    private readonly ActiveExecution _execution;
    private readonly NodePlan _node;
    private readonly JobOutcome? _wait;
    private readonly DateTimeOffset _now;
    private JobWrite _job;

    public NodeAttempt(
        StepServices services, RecordWriter writer, ILogger logger, ActiveExecution execution, NodePlan node, JobOutcome? former)
    {
        (_services, _writer, _logger, _execution, _node) = (services, writer, logger, execution, node);
        _now = services.Time.GetUtcNow();
        _wait = former?.Status == JobStatus.Waiting ? former : null;
        _job = execution.NewJob(node) with
        {
            // An attempt that was interrupted, or that waited, is taken up again; one that failed is followed by the next.
            Attempt = former is null ? 1 : former.Status == JobStatus.Pending ? former.Attempt + 1 : Math.Max(1, former.Attempt),
            StartedAt = former?.StartedAt ?? _now,
        };
    }

    private string Label => _node.Node.Label;

    private IReadOnlyDictionary<string, string> SecretsRead =>
        _node.Settings.ReadsSecrets ? _services.Secrets.All : ImmutableDictionary<string, string>.Empty;

    /// <summary>Runs the attempt and records it.</summary>
    /// <exception cref="RecordLostException">It could not be recorded; it will be run again from the record.</exception>
    /// <exception cref="StepFailedException">The record could not be read.</exception>
    /// <exception cref="OperationCanceledException">The process is stopping.</exception>
    public async Task<NodeOutcome> RunAsync(CancellationToken stopping)
    {
        try
        {
            var inputs = await RenderAsync(stopping);
            _job = _job with { Input = inputs.Recorded };
            var handling = HandleAsync(inputs, stopping);
            // A node that goes on after a wait has been started before.
            if (_wait is null)
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
        _writer.WriteLater(_job.Started(Label, _now));
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
            // A handler that does not heed its token is left behind rather than waited for.
            return await _node.Type.RunAsync(inputs.Settings, Context(inputs), attempt.Token).WaitAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested && !_execution.Cancelled.IsCancellationRequested)
        {
            throw new NodeFailedException(attempt.IsCancellationRequested
                ? $"The attempt was stopped after {timeout.TotalSeconds:0.###} seconds (timeout_seconds)."
                : "The attempt was given up.");
        }
    }

    private NodeContext Context(NodeInputs inputs) => new()
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
        WaitingSince = _wait?.StartedAt,
        WaitingUntil = _wait?.WakeAt,
    };

    private Task<NodeOutcome> CompleteAsync(NodeResult result)
    {
        var output = StorableJson.Of(SecretMask.Replace(result.Output.GetRawText(), SecretsRead)!);
        if (_execution.IsCheckpointDue())
            _writer.WriteLater(new CheckpointWrite { Id = Ids.New("cp"), ExecutionId = _execution.Row.Id, Type = "auto", Reason = "Nodes settled" });
        return SettleAsync(_job.Completed(Label, result, output, _services.Time.GetUtcNow()));
    }

    private Task<NodeOutcome> WaitAsync(DateTimeOffset until) => RunAgainAsync(_job.Waiting(Label, until, _now));

    private async Task<NodeOutcome> FailAsync(Exception exception)
    {
        // Settings that cannot be rendered fail an attempt as well, and an attempt has a start.
        if (_job.Input is null)
            WriteStart(isBusy: false);
        var failure = exception as NodeFailedException;
        var isForeseen = failure is not null || exception is MissingVariableException or LiquidSyntaxException or PostgresException;
        if (!isForeseen)
            _logger.LogWarning(exception, "Node {NodeId} of execution {ExecutionId} failed", _node.Node.Id, _execution.Row.Id);
        var isTransient = failure?.IsTransient ?? !isForeseen;
        var now = _services.Time.GetUtcNow();
        var failed = _job.Using(failure?.Usage ?? Usage.None) with
        {
            // What the database does not take must not be in the way of saying so.
            Input = exception is PostgresException ? null : _job.Input,
            Error = Recordable(exception.Message),
            Traceback = isForeseen ? null : Recordable(exception.ToString()),
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

    private string Recordable(string text) => StorableJson.Text(SecretMask.Replace(text, SecretsRead)!);

    private async Task<NodeOutcome> RunAgainAsync(JobWrite job) =>
        await WriteAsync(job) ? NodeOutcome.RunAgainAt(job.WakeAt!.Value) : NodeOutcome.Halted;

    private async Task<NodeOutcome> SettleAsync(JobWrite job)
    {
        // Kept before others may hear that the node is settled.
        if (job.Output is not null)
            _execution.KeepOutput(job.NodeId, JsonElement.Parse(job.Output), job.Output.Length);
        return await WriteAsync(job) ? NodeRunner.OutcomeOf(job.ToOutcome(), _node, job.Error) : NodeOutcome.Halted;
    }

    private async Task<bool> WriteAsync(JobWrite job)
    {
        if (!await _writer.WriteAsync(job))
            return false;
        _execution.SetJob(job.ToOutcome());
        return true;
    }
}
