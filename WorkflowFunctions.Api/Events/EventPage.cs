using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Events;

/// <summary>A page of events, in the order in which they happened.</summary>
/// <param name="Items">The rows.</param>
/// <param name="NextAfter">The <c>after</c> of the next page; null where no more events are known.</param>
public sealed record EventPage(IReadOnlyList<EventRow> Items, long? NextAfter);
