using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Tests.Hostile;

/// <summary>Another system that says everything that it was sent, as it is and encoded, in its answers and in its errors.</summary>
internal static class TalkativeService
{
    public static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/echo", EchoAsync);
        app.MapPost(
            "/encoded",
            (HttpContext context) => context.Request.Headers.Select(header => header.Value.ToString())
                .SelectMany(value => Encodings(value)));
        app.MapPost(
            "/fail",
            async (HttpContext context) =>
            {
                context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                await EchoAsync(context);
            });
        app.MapPost("/hang-up", (HttpContext context) => context.Abort());
        // Half a secret is left where this is cut, wherever that is.
        app.MapPost("/over-and-over/{before:int}", (HttpContext context, int before) =>
            Results.Json(
                OverAndOver(context.Request.Headers["X-Plain"].ToString(), before), statusCode: StatusCodes.Status422UnprocessableEntity));
        app.MapPost("/v2/chat/completions", (Delegate)AnswerAsync);
        app.MapPost(
            "/v1/chat/completions",
            (HttpContext context) =>
                Results.Json(
                    new { error = new { message = $"Incorrect API key provided: {context.Request.Headers.Authorization}" } },
                    statusCode: (int)HttpStatusCode.Unauthorized));
        await app.StartAsync();
        return app;
    }

    /// <summary>A model that gives back what it is asked, or fails and quotes the prompt and the key.</summary>
    private static async Task<IResult> AnswerAsync(HttpContext context)
    {
        var asked = await context.Request.ReadFromJsonAsync<JsonElement>(context.RequestAborted);
        var prompt = asked.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
        var key = context.Request.Headers.Authorization.ToString();
        return prompt.StartsWith("Fail", StringComparison.Ordinal)
            ? Results.Json(
                new { error = new { message = $"{key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(key))} {OverAndOver(prompt, 0)}" } },
                statusCode: StatusCodes.Status400BadRequest)
            : Results.Json(new
            {
                id = "1",
                created = 1,
                model = "echo",
                @object = "chat.completion",
                choices = new[] { new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = prompt } } },
                usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
            });
    }

    private static string OverAndOver(string value, int before) =>
        new string('.', before)
        + string.Concat(
            Enumerable.Repeat(
                value + Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) + Convert.ToHexString(Encoding.UTF8.GetBytes(value)), 50));

    private static IEnumerable<string> Encodings(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return
        [
            Uri.EscapeDataString(value),
            Uri.EscapeDataString(Uri.EscapeDataString(value)),
            WebUtility.UrlEncode(value),
            WebUtility.HtmlEncode(value),
            string.Concat(value.Select(letter => $"&#x{(int)letter:x};")),
            string.Concat(bytes.Select(unit => $"%{unit:x2}")),
            string.Concat(value.Select(letter => $"\\u{(int)letter:X4}")),
            JsonSerializer.Serialize(value), JsonSerializer.Serialize(JsonSerializer.Serialize(value)), Convert.ToHexString(bytes),
            Convert.ToHexStringLower(bytes),
            Convert.ToBase64String(bytes), Convert.ToBase64String([.. "user:"u8, .. bytes]),
            System.Buffers.Text.Base64Url.EncodeToString(bytes),
            JsonSerializer.Serialize(Convert.ToBase64String(bytes)),
        ];
    }

    /// <summary>Says everything that it was sent.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        await context.Response.WriteAsJsonAsync(new
        {
            headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
            query = Uri.UnescapeDataString(context.Request.QueryString.ToString()),
            body,
        });
    }
}
