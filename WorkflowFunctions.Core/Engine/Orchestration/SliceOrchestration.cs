namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>
/// The orchestration of a slice of a loop. The orchestration of the execution, or of the slice that the loop is in, runs it and
/// hears how it ended; whether the execution ends, and what is written about that, is decided there.
/// </summary>
internal static class SliceOrchestration
{
    /// <summary>The name of the orchestration.</summary>
    public const string Name = "RunSlice";

    /// <summary>Runs the items of a slice until they are done, the body fails for one, or it is to stop.</summary>
    /// <returns>What came of it; null if it goes on as new.</returns>
    public static async Task<NodeOutcome?> RunAsync(IOrchestrationContext context, LoopSlice slice)
    {
        var opened = await context.CallStepAsync(Step.OpenSlice, slice);
        if (!opened.Runs)
            return NodeOutcome.Halted;
        var end = await Generation.RunAsync(context, opened);
        switch (end.Kind)
        {
            case GenerationEndKind.Completed:
                return NodeOutcome.Settled(null);
            case GenerationEndKind.Failed:
                return NodeOutcome.Failed(end.Error!);
            case GenerationEndKind.Renewed:
                context.ContinueAsNew();
                return null;
            default:
                return NodeOutcome.Halted;
        }
    }
}
