namespace WorkflowFunctions.Engine.Orchestration;

/// <summary>What a generation hears.</summary>
internal abstract record Message;

/// <summary>A step of a node has an outcome.</summary>
internal sealed record NodeDone(ScopedNode Node, NodeOutcome Outcome) : Message;

/// <summary>A slice of a loop has run.</summary>
internal sealed record SliceDone(Loop Loop, SliceShare Share, NodeOutcome Outcome) : Message;

/// <summary>Nodes of a scope were skipped, unless the execution no longer runs.</summary>
internal sealed record NodesSkipped(Scope Scope, bool IsRecorded) : Message;

/// <summary>The time of a wait has come.</summary>
internal sealed record WaitEnded(int Id) : Message;

/// <summary>A signal that nodes wait for has come.</summary>
internal sealed record SignalRaised(string Name) : Message;

/// <summary>The status of the execution has changed.</summary>
internal sealed record StatusChanged : Message;

/// <summary>The execution has run for as long as it may.</summary>
internal sealed record DeadlineReached : Message;

/// <summary>A step could not do its work.</summary>
internal sealed record StepBroken(Scope Scope, Exception Exception, int Nodes = 1) : Message;

/// <summary>A wait could not be kept.</summary>
internal sealed record WaitBroken(Exception Exception) : Message;
