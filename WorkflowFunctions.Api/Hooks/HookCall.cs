using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using StandardWebhooks;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Nodes.Secrets;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Hooks;

/// <summary>
/// Reads what other systems send to a hook: checks its signature, and makes params of its body and of the headers that are kept.
/// </summary>
internal sealed class HookCall(ISecrets secrets, IDocuments documents)
{
    private const string Body = "body";
    private const string Form = "application/x-www-form-urlencoded";
    private const string GitHubSignature = "X-Hub-Signature-256";

    /// <summary>Reads a call.</summary>
    /// <returns>The params, and the sender's own id of the message, if it has one.</returns>
    /// <exception cref="ApiException">It is not signed as the hook asks, cannot be read, or is too large.</exception>
    public async Task<(IReadOnlyDictionary<string, JsonElement> Params, string? MessageId)> ReadAsync(
        HookRow hook, HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await JsonBody.ReadBytesAsync(request, cancellationToken);
        var config = ExecutionConfig.Read(hook.Config);
        var messageId = config.HookSecret is { } name ? CheckSignature(request, bytes, SecretOf(hook, name)) : null;
        var parameters = new Dictionary<string, JsonElement>(
            await ReadBodyAsync(hook, request, bytes, cancellationToken), StringComparer.Ordinal);
        if (config.HookHeaders is { Count: > 0 } kept)
        {
            parameters["headers"] = JsonSerializer.SerializeToElement(kept
                .Select(header => (Name: header.ToLowerInvariant(), Value: request.Headers[header].ToString()))
                .Where(header => header.Value.Length > 0)
                .DistinctBy(header => header.Name)
                .ToDictionary(header => header.Name, header => header.Value));
        }

        return (parameters, messageId);
    }

    private string SecretOf(HookRow hook, string name) => secrets.Of(hook.WorkspaceId).TryGetValue(name, out var secret)
        ? secret
        : throw new ApiException(ApiProblem.Of(
            StatusCodes.Status503ServiceUnavailable,
            $"The secret '{name}' (config.hook_secret) is not configured, so that no signature can be checked."));

    /// <summary>Checks the signature: GitHub's way, which many others have, or that of Standard Webhooks (standardwebhooks.com).</summary>
    /// <returns>The id that Standard Webhooks gives a message: the same each time that it is sent.</returns>
    private static string? CheckSignature(HttpRequest request, ReadOnlyMemory<byte> body, string secret)
    {
        if (request.Headers.TryGetValue(GitHubSignature, out var signature))
        {
            var expected = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body.Span));
            return CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature.ToString().ToLowerInvariant()))
                ? null
                : throw Unsigned($"The signature in {GitHubSignature} is not that of the body.");
        }

        try
        {
            new StandardWebhook(secret).Verify(Encoding.UTF8.GetString(body.Span), request.Headers);
            return request.Headers["webhook-id"];
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw Unsigned($"Expected {GitHubSignature}, or webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks).");
        }
    }

    private static ApiException Unsigned(string detail) =>
        new(ApiProblem.Of(StatusCodes.Status401Unauthorized, "The call is not signed with the secret of the hook. " + detail));

    private async Task<IReadOnlyDictionary<string, JsonElement>> ReadBodyAsync(
        HookRow hook, HttpRequest request, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var given) ? given.MediaType.Value?.ToLowerInvariant() : null;
        // curl -d calls everything a form; no form begins with a brace, which it would have to escape.
        if (type is "multipart/form-data" || (type is Form && bytes.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]))
            return await ReadFormAsync(hook, request, bytes, cancellationToken);
        var text = TextOf(bytes, given?.Charset.Value?.Trim('"'));
        if (string.IsNullOrWhiteSpace(text))
            return new Dictionary<string, JsonElement>();
        var isText = type?.StartsWith("text/", StringComparison.Ordinal) == true;
        var isJson = type is null or "application/json" or "application/octet-stream" or Form
            || type.EndsWith("+json", StringComparison.Ordinal);
        if (!isText && !isJson)
            throw new ApiException(
                ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, $"A hook takes JSON, forms and text, not {type}."));
        try
        {
            return ParamsOf(StrictJson.Parse(Encoding.UTF8.GetBytes(text)));
        }
        catch (ApiException) when (isText && text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return new Dictionary<string, JsonElement> { [Body] = JsonSerializer.SerializeToElement(text) };
        }
    }

    /// <summary>The members of an object; any other value as <c>body</c>.</summary>
    private static IReadOnlyDictionary<string, JsonElement> ParamsOf(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value)
        : new Dictionary<string, JsonElement> { [Body] = json };

    /// <summary>The fields of a form, those that are given several times as lists; files as documents.</summary>
    private async Task<IReadOnlyDictionary<string, JsonElement>> ReadFormAsync(
        HookRow hook, HttpRequest request, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        IFormCollection form;
        try
        {
            request.Body = new MemoryStream(bytes.ToArray());
            form = await request.ReadFormAsync(new FormOptions { ValueLengthLimit = WorkflowFile.MaxBytes }, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new ApiException(ApiProblem.Of(StatusCodes.Status400BadRequest, $"The form cannot be read: {exception.Message}"));
        }

        var values = form.Select(field =>
                (field.Key, Value: (object)(field.Value.Count == 1 ? field.Value.ToString() : field.Value.ToArray())))
            .ToList();
        foreach (var files in form.Files.GroupBy(file => file.Name, StringComparer.Ordinal))
        {
            var saved = await files.ToAsyncEnumerable().Select((file, _, token) => SaveAsync(hook, file, token))
                .ToListAsync(cancellationToken);
            values.Add((files.Key, saved is [var only] ? only : saved));
        }

        // The same rules as for any other body: what the database cannot keep is refused with its place.
        return ParamsOf(
            StrictJson.Parse(
                JsonSerializer.SerializeToUtf8Bytes(
                    values.DistinctBy(value => value.Key).ToDictionary(value => value.Key, value => value.Value))));
    }

    private async ValueTask<object> SaveAsync(HookRow hook, IFormFile file, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellationToken);
        var bytes = content.ToArray();
        // A file that is sent twice is one document.
        var id = $"doc-{Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(hook.Id), .. bytes])[..16])}";
        var mediaType = string.IsNullOrEmpty(file.ContentType) ? "application/octet-stream" : file.ContentType;
        await documents.SaveAsync(
            new Document(id, hook.WorkspaceId, hook.ProjectId, StorableJson.Text(file.FileName), mediaType, bytes), cancellationToken);
        return new { document_id = id, file_name = file.FileName, media_type = mediaType, size = bytes.Length };
    }

    /// <summary>
    /// The text, by its byte order mark if it has one, by the charset that is named, and otherwise in UTF-8, in which nothing may be wrong.
    /// </summary>
    private static string TextOf(ReadOnlyMemory<byte> bytes, string? charset)
    {
        var isUtf8 = charset is null || charset.ToUpperInvariant() is "UTF-8" or "UTF8";
        if (isUtf8 && bytes.Span is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) && !Utf8.IsValid(bytes.Span))
            throw new ApiException(ApiProblem.Of(StatusCodes.Status400BadRequest, "The body is not text in UTF-8."));
        return WireText.Decode(bytes.Span, charset);
    }
}
