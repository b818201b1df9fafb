using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>Where somebody is told of what happens, and of what.</summary>
internal record CallbackSettings
{
    [Description("The address that is told, by POST; http or https"), MinLength(1)]
    public required string Url { get; init; }

    /// <summary>The name of the secret that calls are signed with (Standard Webhooks); they are not signed without one.</summary>
    [Description("The name of the secret that calls are signed with (Standard Webhooks); not signed unless given")]
    public string? Secret { get; init; }

    /// <summary>Of <see cref="OutboxEvent.All"/>; all of them unless given.</summary>
    [Description(
        "What is told: execution.started, .completed, .failed, .paused, .over_cost, task.opened, .reminded, .answered; all unless given")]
    [MinLength(1)]
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Lists what is wrong besides the shape; pointers are into these settings.</summary>
    internal IEnumerable<Problem> Check()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            yield return new Problem(
                "/url", $"'{TextCut.To(Url, 100)}' is not an absolute http or https URL.", "an address such as https://example.com/events");
        }

        for (var index = 0; index < (Events?.Count ?? 0); index++)
        {
            if (!OutboxEvent.All.Contains(Events![index]))
                yield return new Problem(
                    $"/events/{index}", $"There is no event '{Events[index]}'.", "one of " + string.Join(", ", OutboxEvent.All));
        }
    }
}
