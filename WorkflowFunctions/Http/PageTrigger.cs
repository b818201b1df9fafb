using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.FileProviders;
using WorkflowFunctions.Api;
using WorkflowFunctions.Api.Page;

namespace WorkflowFunctions.Durable.Http;

/// <summary>
/// The page. Its files are anyone's, as a browser has no key when it asks for them; what the page shows comes from the API, which wants
/// one.
/// </summary>
internal sealed class PageTrigger(PagePipeline page)
{
    /// <summary>Answers what no other function does.</summary>
    /// <remarks>The host tries routes in the order of the functions' names. This one has to come last.</remarks>
    [Function("WorkflowPage")]
    public Task<IResult> AnswerAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "{*path}")] HttpRequest request) =>
        page.AnswerAsync(request);
}

/// <summary>The page as an ASP.NET Core pipeline of its own: it has no endpoints, so that nobody reaches the API through it.</summary>
internal sealed class PagePipeline
{
    private readonly RequestDelegate _pipeline;

    /// <summary>Builds the pipeline.</summary>
    /// <param name="services">What it works with.</param>
    public PagePipeline(IServiceProvider services)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        var app = new ApplicationBuilder(services);
        app.UseWorkflowApi();
        app.UseWebPage(Directory.Exists(folder) ? new PhysicalFileProvider(folder) : new NullFileProvider());
        _pipeline = app.Build();
    }

    /// <summary>Answers a request.</summary>
    /// <returns>A result that adds nothing: the response is written already.</returns>
    public async Task<IResult> AnswerAsync(HttpRequest request)
    {
        // The endpoint is the trigger's; to the pipeline it would be one of the API.
        request.HttpContext.SetEndpoint(null);
        await _pipeline(request.HttpContext);
        return Results.Empty;
    }
}
