using Npgsql;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Accepts executions: checks everything, commits the row, then tells the engine.</summary>
internal sealed class ExecutionStart(TemplateVersions templates, WorkflowPlans plans, ExecutionStore executions, EngineCalls engine)
{
    private const int MaxKeyLength = 255;

    /// <summary>Accepts an execution; an idempotency key that was used before in the workspace gives the execution of that time.</summary>
    public Task<ExecutionRow> AcceptAsync(StartRequest request, Caller caller, string? idempotencyKey, CancellationToken cancellationToken) =>
        AcceptAsync(request, caller.HomeWorkspace, CheckedKey(idempotencyKey), caller.Name, isRefusable: true, cancellationToken);

    /// <summary>
    /// Accepts an execution that a hook asks for. Its keys are its own: whoever may call a hook learns nothing of other executions by
    /// guessing their keys. A template that cannot be run is not for them to mend: what they sent is kept, in an execution that fails and says why.
    /// </summary>
    public Task<ExecutionRow> AcceptFromHookAsync(StartRequest request, string hookId, string? idempotencyKey, CancellationToken cancellationToken) =>
        AcceptAsync(request, DefaultIds.Workspace, CheckedKey(idempotencyKey) is { } key ? $"{hookId}:{key}" : null, hookId, isRefusable: false, cancellationToken);

    private static string? CheckedKey(string? idempotencyKey) => idempotencyKey is { Length: 0 or > MaxKeyLength }
        ? throw ApiException.BadParameter("Idempotency-Key", idempotencyKey, $"1 to {MaxKeyLength} characters")
        : idempotencyKey;

    private async Task<ExecutionRow> AcceptAsync(
        StartRequest request, string homeWorkspace, string? idempotencyKey, string createdBy, bool isRefusable, CancellationToken cancellationToken)
    {
        var template = await templates.FindVersionAsync(request.TemplateId, cancellationToken);
        var workspaceId = request.WorkspaceId ?? template?.WorkspaceId ?? homeWorkspace;
        var former = idempotencyKey is null ? null : await executions.FindByKeyAsync(workspaceId, idempotencyKey, cancellationToken);
        var (row, isNew) = former is not null
            ? (former, false)
            : await InsertAsync(request, template ?? throw UnknownTemplate(request), workspaceId, idempotencyKey, createdBy, isRefusable, cancellationToken);
        if (isNew)
            await engine.StartAsync(row);
        else if (row.Status is ExecutionStatus.Pending)
            await engine.StartAsync(row.Id);
        return row;
    }

    private async Task<(ExecutionRow Row, bool IsNew)> InsertAsync(
        StartRequest request,
        TemplateVersion template,
        string workspaceId,
        string? idempotencyKey,
        string createdBy,
        bool isRefusable,
        CancellationToken cancellationToken)
    {
        var problems = isRefusable ? (await plans.GetAsync(template.Version, cancellationToken)).Problems : [];
        IReadOnlyList<Problem> all = [.. StartConfig.Check(request), .. problems];
        if (all.Count > 0)
            throw ApiException.Invalid(all);

        var execution = new NewExecution
        {
            Id = Ids.New("exec"),
            TemplateId = request.TemplateId,
            TemplateVersion = template.Version,
            WorkspaceId = workspaceId,
            ProjectId = request.ProjectId ?? DefaultIds.Project,
            UserId = request.UserId ?? DefaultIds.User,
            ConfigJson = StartConfig.Make(request, template.DefaultParams),
            IdempotencyKey = idempotencyKey,
            CreatedBy = createdBy,
        };
        try
        {
            return await executions.StartAsync(execution, cancellationToken);
        }
        catch (PostgresException exception) when (DatabaseProblems.IsForeignKey(exception))
        {
            throw DatabaseProblems.UnknownId(
                exception,
                ("template_id", execution.TemplateId),
                ("workspace_id", execution.WorkspaceId),
                ("project_id", execution.ProjectId),
                ("user_id", execution.UserId));
        }
    }

    private static ApiException UnknownTemplate(StartRequest request) => ApiException.Invalid(
        new Problem("/template_id", $"There is no template '{request.TemplateId}'.", "the id of a template; GET /api/templates lists them"));
}
