using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Opens an execution: makes its plan, has it running in the record, and says how its nodes stand.</summary>
internal sealed class OpenExecutionStep(StepContext context, FinishExecutionStep finish) : IStep<string, OpenedExecution>
{
    /// <inheritdoc/>
    public async Task<OpenedExecution> RunAsync(string executionId, CancellationToken cancellationToken)
    {
        if (!context.Expected.TryRemove(executionId, out var row))
            row = await context.Services.Executions.FindAsync(executionId, cancellationToken);
        if (row is { TemplateVersion: null } && !context.Services.Limits.RunsInserted)
            return new OpenedExecution();
        if (row is not { Status: ExecutionStatus.Pending or ExecutionStatus.Running }
            || !await context.Children.MayRunAsync(row, cancellationToken))
            return new OpenedExecution();
        var isNew =
            row is { Status: ExecutionStatus.Pending, StartedAt: null, TemplateVersion: not null, OriginExecutionId: null, GivenNodes: 0 };

        // A row that someone else inserted names no version: it runs the template as it is now, with its default params.
        var version = row.TemplateVersion
            ?? (await context.Services.Templates.FindVersionAsync(
                    row.TemplateId, ExecutionConfig.Read(row.ConfigJson).TemplateVersion, cancellationToken)
                ?? await context.Services.Templates.FindVersionAsync(row.TemplateId, null, cancellationToken))!.Version;
        var (plan, problems) = await context.Services.Plans.GetAsync(version, cancellationToken);
        var now = context.Services.Time.GetUtcNow();
        var deadline = row.DeadlineAt ?? ExecutionConfig.Read(row.ConfigJson).DeadlineAfter(now);
        var (run, opening) = ExecutionTrace.Open(row);
        using var span = opening;
        // One that rests has begun, and is awake with the first job that is written; only a job's next write can tell that it was paused.
        var isResting = row is { Status: ExecutionStatus.Running, WakeAt: not null, TemplateVersion: not null } && plan is not null;
        var begun = isResting
            ? Task.FromResult(true)
            : context.Writer.WriteWithNextAsync(new BeginWrite
            {
                ExecutionId = executionId,
                NodesTotal = plan?.Graph.Root.Nodes.Count ?? 0,
                TemplateVersion = version,
                At = now,
                Deadline = deadline,
                WorkspaceLimit = context.Services.Limits.ExecutionsPerWorkspace,
                Traceparent = run?.Id,
                IsNew = isNew && row.ParentExecutionId is null,
            });
        // Nothing is known of a new one that the record could change; whether it runs is asked for before its first effect.
        var mayGoAhead = isResting || (isNew && plan is not null && context.Access == RecordAccess.Alone);
        if (!mayGoAhead)
        {
            context.Writer.Flush(executionId);
            if (!await begun)
                return new OpenedExecution();
        }

        if (row.TemplateVersion is null)
            row = (await context.Services.Executions.FindAsync(executionId, cancellationToken))!;
        if (plan is null)
        {
            await finish.RunAsync(new FinishExecution(executionId, problems[0].NodeId, DescribeProblems(problems)), cancellationToken);
            return new OpenedExecution();
        }

        var jobs = isNew ? [] : await context.Services.Jobs.ListOutcomesAsync(executionId, cancellationToken);
        row = row with { StartedAt = row.StartedAt ?? now };
        var execution = context.Active.Open(row, plan, jobs.Where(job => plan.Graph.Find(NodePath.Parse(job.NodeId).NodeId) is not null));
        execution.Begun = begun;
        var opened = new OpenedExecution
        {
            Runs = true,
            Topology = plan.Topology,
            State = new RecordedState(plan, execution.Jobs).Root(),
            MaxParallelNodes = execution.Config.MaxParallelNodes,
            Deadline = deadline,
        };
        context.Active.Leave(execution);
        return opened;
    }

    private static string DescribeProblems(IReadOnlyList<Problem> problems) =>
        "The template cannot be run: " + string.Join(" ", problems.Take(5).Select(problem => $"{problem.Pointer}: {problem.Detail}"));
}
