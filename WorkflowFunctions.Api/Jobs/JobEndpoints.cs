using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Jobs;

/// <summary><c>/api/jobs</c>: the JSONB examples of the schema document.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api) => api
        .MapGet("/jobs", ListAsync)
        .For(AccessScope.Read)
        .WithTags("Jobs")
        .WithSummary("List jobs of all executions by what their input holds")
        .WithDescription("Those of the newest executions first. Outputs are at the execution. The setting Indexes:AgentJobsInputGin makes "
            + "it quick where few of many jobs are meant.")
        .Problems();

    private static async Task<Page<FoundJob>> ListAsync(
        Caller caller,
        JobSearch jobs,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [FromQuery(Name = "execution_id"), Description("Only those of this execution")] string? executionId = null,
        [FromQuery(Name = "job_type"), Description("Only those whose input has this job_type")] string? jobType = null,
        [Description("Only those whose input has this model")] string? model = null,
        [Description("Only those whose input has this key at its top: prompt")] string? has = null,
        [Description("The way to a number in the input: settings.temperature")] string? field = null,
        [Description("Only those in which the number at field is greater")] string? above = null,
        [Description("Only those in which the number at field is smaller")] string? below = null,
        [Range(1, Pages.MaxLimit), Description("How many at the most")] int limit = Pages.DefaultLimit,
        [Description("The next_cursor of the page before")] string? cursor = null)
    {
        var filter = new JobFilter
        {
            WorkspaceId = workspaceId,
            Workspaces = caller.Workspaces,
            ExecutionId = executionId,
            Holds = Texts(("job_type", jobType), ("model", model)),
            Has = has,
            Field = field?.Split('.'),
            Above = Number(nameof(above), above),
            Below = Number(nameof(below), below),
            Limit = limit + 1,
            After = Pages.Cursor(cursor),
        };
        if (field is null != (above ?? below) is null)
            throw ApiException.BadParameter(nameof(field), field, "a way to a number, together with above or below");
        return Pages.Of(await jobs.ListAsync(filter, cancellationToken), limit, static job => job.Place);
    }

    private static Dictionary<string, string> Texts(params IEnumerable<(string Name, string? Value)> texts) =>
        texts.Where(text => text.Value is not null).ToDictionary(text => text.Name, text => text.Value!, StringComparer.Ordinal);

    private static double? Number(string name, string? text) => text switch
    {
        null => null,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => throw ApiException.BadParameter(name, text, "a number such as 0.5"),
    };
}
