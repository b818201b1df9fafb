namespace WorkflowFunctions.Api.Http;

/// <summary>The workspace, project and user that a new database has, for requests that name none.</summary>
internal static class DefaultIds
{
    public const string Workspace = "default";

    public const string Project = "default";

    public const string User = "default";
}
