using Microsoft.AspNetCore.Http;

namespace WorkflowFunctions.Api.Http;

/// <summary>The addresses of what was made.</summary>
internal static class Links
{
    public static string Template(HttpContext context, string id) => Of(context, "/api/templates/", id);

    public static string Execution(HttpContext context, string id) => Of(context, "/api/executions/", id);

    public static string Schedule(HttpContext context, string id) => Of(context, "/api/schedules/", id);

    public static string Hook(HttpContext context, string id) => Of(context, "/api/hooks/", id);

    public static string Subscription(HttpContext context, string id) => Of(context, "/api/subscriptions/", id);

    public static string Batch(HttpContext context, string id) => Of(context, "/api/batches/", id);

    /// <summary>The whole address that a hook is called at.</summary>
    public static string HookCall(HttpContext context, string token) =>
        $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{Hook(context, token)}";

    public static string TaskLink(HttpContext context, string taskId, string id) =>
        Of(context, $"/api/tasks/{Uri.EscapeDataString(taskId)}/links/", id);

    /// <summary>The whole address of the page that answers a task without a login.</summary>
    public static string Answer(HttpContext context, string token) =>
        $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{Of(context, "/answers/", token)}";

    private static string Of(HttpContext context, string folder, string id) =>
        context.Request.PathBase.ToUriComponent() + folder + Uri.EscapeDataString(id);
}
