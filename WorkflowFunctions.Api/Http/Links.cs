using Microsoft.AspNetCore.Http;

namespace WorkflowFunctions.Api.Http;

/// <summary>The addresses of what was made.</summary>
internal static class Links
{
    public static string Template(HttpContext context, string id) => Of(context, "/api/templates/", id);

    public static string Execution(HttpContext context, string id) => Of(context, "/api/executions/", id);

    public static string Schedule(HttpContext context, string id) => Of(context, "/api/schedules/", id);

    public static string Hook(HttpContext context, string id) => Of(context, "/api/hooks/", id);

    /// <summary>The whole address that a hook is called at.</summary>
    public static string HookCall(HttpContext context, string token) =>
        $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{Hook(context, token)}";

    private static string Of(HttpContext context, string folder, string id) =>
        context.Request.PathBase.ToUriComponent() + folder + Uri.EscapeDataString(id);
}
