using Microsoft.AspNetCore.Http;

namespace WorkflowFunctions.Api.Http;

/// <summary>The addresses of what was made.</summary>
internal static class Links
{
    public static string Template(HttpContext context, string id) => Of(context, "/api/templates/", id);

    public static string Execution(HttpContext context, string id) => Of(context, "/api/executions/", id);

    private static string Of(HttpContext context, string folder, string id) =>
        context.Request.PathBase.ToUriComponent() + folder + Uri.EscapeDataString(id);
}
