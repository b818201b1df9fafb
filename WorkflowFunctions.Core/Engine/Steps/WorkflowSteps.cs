using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>The steps that orchestrations call (<see cref="Step"/>), over one writer.</summary>
internal sealed class WorkflowSteps
{
    private readonly StepContext _context;
    private readonly FrozenDictionary<string, object> _steps;

    /// <summary>Steps that write through a writer.</summary>
    /// <param name="services">What they work with.</param>
    /// <param name="engine">Is told of executions that start, end or change because of others.</param>
    /// <param name="writer">Where they write.</param>
    /// <param name="logger">Where failures go that are not the workflow's.</param>
    /// <param name="access">Whether other processes run steps on the same database meanwhile.</param>
    public WorkflowSteps(
        StepServices services, IEngine engine, RecordWriter writer, ILogger<WorkflowSteps> logger, RecordAccess access = RecordAccess.Alone)
    {
        _context = new StepContext(services, engine, writer, access);
        var nodes = new NodeRunner(services, _context.Children, writer, logger);
        var runNode = new RunNodeStep(_context, nodes);
        var finish = new FinishExecutionStep(_context);
        _steps = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [Step.Open.Name] = new OpenExecutionStep(_context, finish),
            [Step.OpenSlice.Name] = new OpenSliceStep(_context),
            [Step.RunNode.Name] = runNode,
            [Step.RunNodes.Name] = new RunNodesStep(runNode),
            [Step.CloseBody.Name] = new CloseBodyStep(_context, nodes),
            [Step.SkipNodes.Name] = new SkipNodesStep(_context),
            [Step.Rest.Name] = new RestExecutionStep(_context),
            [Step.Suspend.Name] = new SuspendExecutionStep(_context),
            [Step.Finish.Name] = finish,
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Runs a step.</summary>
    /// <exception cref="RecordLostException">What it did could not be recorded; it is to be run again from the record.</exception>
    public Task<TOutput> RunAsync<TInput, TOutput>(Step<TInput, TOutput> step, TInput input, CancellationToken cancellationToken) =>
        ((IStep<TInput, TOutput>)_steps[step.Name]).RunAsync(input, cancellationToken);

    /// <summary>
    /// Gives the row of an execution that was accepted just now and is opened next, so that it need not be read. What has become of it
    /// meanwhile is seen when its begin is written.
    /// </summary>
    public void Expect(ExecutionRow accepted) => _context.Expected[accepted.Id] = accepted;

    /// <summary>Stops the nodes of an execution that run in this process.</summary>
    public void Cancel(string executionId) => _context.Active.Cancel(executionId);

    /// <summary>How long a step goes on to nodes that follow, for tests that must not depend on how quick the machine is.</summary>
    internal TimeSpan LongestSegment
    {
        set => _context.LongestSegment = value;
    }

    /// <summary>Lets steps that run end with the node that they are at: nothing new is to begin.</summary>
    public void Close() => _context.IsClosing = true;

    /// <summary>Forgets what is kept in memory of an execution.</summary>
    public void Forget(string executionId) => _context.Forget(executionId);
}

/// <summary>What a step does.</summary>
internal interface IStep<TInput, TOutput>
{
    /// <summary>Does it. Delivered twice, it is done once.</summary>
    Task<TOutput> RunAsync(TInput input, CancellationToken cancellationToken);
}
