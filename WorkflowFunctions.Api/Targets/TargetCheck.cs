using System.Text.Json;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Targets;

/// <summary>
/// Checks what a schedule or a hook is to start, as a start would check it: the ids, and the settings of the execution. Members of another
/// type than they should be are left to the check of the body's shape.
/// </summary>
internal sealed class TargetCheck(TargetStore targets, TemplateVersions templates, WorkflowPlans plans)
{
    /// <summary>Lists what is wrong, with pointers into the body.</summary>
    /// <returns>The ids that hold, and the problems.</returns>
    public async Task<(Target Target, IReadOnlyList<Problem> Problems)> CheckAsync(
        JsonElement body, Caller caller, CancellationToken cancellationToken)
    {
        var given = new TargetIds(Text(body, "template_id"), Text(body, "workspace_id"), Text(body, "project_id"), Text(body, "user_id"));
        var target = await targets.FindAsync(
            given, new TargetIds(null, caller.HomeWorkspace, DefaultIds.Project, DefaultIds.User), cancellationToken);
        var config = Config(body);
        return (
            target,
            [
                .. UnknownIds(given, target),
                .. StartConfig.Check(config),
                .. await VersionProblemsAsync(given, target, config, IsOn(body), cancellationToken),
            ]);
    }

    /// <summary>A member that is text; null for any other.</summary>
    public static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static IEnumerable<Problem> UnknownIds(TargetIds given, Target target)
    {
        if (given.TemplateId is { Length: > 0 } && !target.HasTemplate)
            yield return new Problem(
                "/template_id", $"There is no template '{given.TemplateId}'.", "the id of a template; GET /api/templates lists them");
        if (!target.HasWorkspace)
            yield return Unknown("workspace", target.WorkspaceId);
        if (!target.HasProject)
            yield return Unknown("project", target.ProjectId);
        if (!target.HasUser)
            yield return Unknown("user", target.UserId);
    }

    private static Problem Unknown(string kind, string id) => new($"/{kind}_id", $"There is no {kind} '{id}'.", $"the id of a {kind}");

    private async Task<IReadOnlyList<Problem>> VersionProblemsAsync(
        TargetIds given, Target target, StartRequest config, bool isOn, CancellationToken cancellationToken)
    {
        if (!target.HasTemplate)
            return [];
        var version = StartConfig.Version(config);
        if (await templates.FindVersionAsync(given.TemplateId!, version, cancellationToken) is not { } found)
            return version is null ? [] : [StartConfig.UnknownVersion(given.TemplateId!, version)];
        // What is switched off starts nothing.
        return isOn && (await plans.GetAsync(found.Version, cancellationToken)).Problems is [var first, ..]
            ?
            [
                new Problem(
                    "/template_id", $"The template cannot be run: {first.Detail}",
                    "a template without problems; POST /api/templates/validate lists them", first.NodeId),
            ]
            : [];
    }

    private static bool IsOn(JsonElement body) =>
        !(
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty("is_enabled", out var value)
            && value.ValueKind == JsonValueKind.False);

    private static StartRequest Config(JsonElement body) =>
        new()
        {
            TemplateId = "",
            Config =
                body.ValueKind == JsonValueKind.Object
                && body.TryGetProperty("config", out var config)
                && config.ValueKind == JsonValueKind.Object
                    ? config.EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value)
                    : null,
        };
}
