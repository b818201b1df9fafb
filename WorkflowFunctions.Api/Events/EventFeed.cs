using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Events;

/// <summary>What event streams work with.</summary>
/// <param name="Events">Reads events.</param>
/// <param name="Executions">Reads executions.</param>
/// <param name="Watch">Waits for changes.</param>
/// <param name="Options">How often to look and to give a sign of life.</param>
internal sealed record EventFeed(EventStore Events, ExecutionStore Executions, ExecutionWatch Watch, IOptions<WorkflowApiOptions> Options);
