using System.Runtime.CompilerServices;
using System.Text.Json;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Api.Templates;

/// <summary>
/// Says which stored templates this version of the program refuses, or renders otherwise than the one that ran them: it renders the
/// settings of each recorded node again, over the recorded params and outputs, and compares them with the recorded input. It changes
/// nothing.
/// </summary>
internal sealed class RenderingCheck(StepServices services, TemplateStore templates, ExecutionQueries executions)
{
    private const int PageSize = 100;

    private readonly HashSet<(string? Version, string Place)> _told = [];

    /// <summary>How many templates were looked at.</summary>
    public int Templates { get; private set; }

    /// <summary>How many recorded inputs were compared.</summary>
    public int Inputs { get; private set; }

    /// <summary>What is found: each setting of a template's version once, with the newest execution that shows it.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The record could not be read.</exception>
    public async IAsyncEnumerable<TemplateFinding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageCursor? after = null;
        do
        {
            var page = await templates.ListAsync(null, null, null, null, PageSize, after, cancellationToken);
            foreach (var template in page)
            {
                Templates++;
                if (await services.Templates.FindVersionAsync(template.Id, null, cancellationToken) is not { } version)
                    continue;
                foreach (var finding in await RefusedAsync(version.Version, template.Id, executionId: null, cancellationToken))
                    yield return finding;
            }

            after = page.Count < PageSize ? null : new PageCursor(page[^1].CreatedAt, page[^1].Id);
        }
        while (after is not null);

        do
        {
            var page = await executions.ListAsync(new ExecutionFilter(null, null, null, PageSize, after), cancellationToken);
            foreach (var row in page.Where(row => row.TemplateVersion is not null))
            {
                foreach (var finding in await RefusedAsync(row.TemplateVersion!, row.TemplateId, row.Id, cancellationToken))
                    yield return finding;
                await foreach (var finding in ChangedAsync(row, cancellationToken))
                    yield return finding;
            }

            after = page.Count < PageSize ? null : new PageCursor(page[^1].CreatedAt, page[^1].Id);
        }
        while (after is not null);
    }

    private async Task<IReadOnlyList<TemplateFinding>> RefusedAsync(
        string version, string templateId, string? executionId, CancellationToken cancellationToken)
    {
        var (_, problems) = await services.Plans.GetAsync(version, cancellationToken);
        return [.. problems.Where(problem => _told.Add((version, problem.Pointer)))
            .Select(problem => new TemplateFinding(templateId, executionId, problem.Pointer, "refused: " + problem.Detail))];
    }

    private async IAsyncEnumerable<TemplateFinding> ChangedAsync(
        ExecutionRow row, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await services.Plans.GetAsync(row.TemplateVersion!, cancellationToken) is not { Plan: { } plan })
            yield break;
        var jobs = await services.Jobs.ListAsync(row.Id, cancellationToken);
        var outcomes = jobs.Select(
            job => new JobOutcome { NodeId = job.NodeId, Status = job.Status, Attempt = job.Attempt, Branch = job.Branch });
        using var execution = new ActiveExecution(row, plan, outcomes, RecordAccess.Alone, new OutputBudget(total: 0));
        foreach (var job in jobs.Where(job => job.InputDataJson?.ValueKind == JsonValueKind.Object))
        {
            var path = NodePath.Parse(job.NodeId);
            if (plan.Graph.Nodes.All(node => node.Id != path.NodeId))
                continue;
            Inputs++;
            foreach (var (setting, difference) in await CompareAsync(
                    execution, plan[path.NodeId], path, job.InputDataJson!.Value, cancellationToken))
            {
                if (_told.Add((row.TemplateVersion, $"{path.NodeId} {setting}")))
                    yield return new TemplateFinding(row.TemplateId, row.Id, $"{job.NodeId}{setting}", difference);
            }
        }
    }

    private async Task<IReadOnlyList<(string Setting, string Difference)>> CompareAsync(
        ActiveExecution execution, NodePlan node, NodePath path, JsonElement recorded, CancellationToken cancellationToken)
    {
        try
        {
            var inputs = await NodeInputs.RenderAsync(services, execution, node, path, cancellationToken);
            var rendered = JsonElement.Parse(inputs.Recorded);
            return
            [
                .. rendered
                    .EnumerateObject()
                    .Select(setting => setting.Name)
                    .Union(recorded.EnumerateObject().Select(setting => setting.Name))
                    .Select(name => (Name: name, Before: Find(recorded, name), Now: Find(rendered, name)))
                    .Where(setting => !JsonElement.DeepEquals(setting.Before, setting.Now))
                    .Select(setting => ($"/{setting.Name}", $"was {Excerpt(setting.Before)}, is now {Excerpt(setting.Now)}")),
            ];
        }
        catch (Exception exception) when (exception is MissingVariableException or LiquidSyntaxException or InvalidOperationException)
        {
            return [("", "fails now: " + exception.Message)];
        }
    }

    private static JsonElement Find(JsonElement settings, string name) => settings.TryGetProperty(name, out var value) ? value : default;

    private static string Excerpt(JsonElement value)
    {
        const int longest = 80;
        var text = value.ValueKind == JsonValueKind.Undefined ? "not there" : LiquidValues.ToJsonText(LiquidValues.FromJson(value));
        return text.Length > longest ? text[..longest] + "…" : text;
    }
}

/// <summary>A setting that is refused, or renders otherwise than it did.</summary>
/// <param name="TemplateId">The template.</param>
/// <param name="ExecutionId">An execution that shows it; null if the template as it is stored is refused.</param>
/// <param name="Place">The setting, as a pointer into the template's file, or after the id of the node.</param>
/// <param name="Detail">What is the matter.</param>
internal sealed record TemplateFinding(string TemplateId, string? ExecutionId, string Place, string Detail);
