using System.Net;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class DocumentTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task An_image_that_a_workflow_made_can_be_shown_and_can_do_nothing_else()
    {
        var templateId = await api.Client.SaveAsync(new
        {
            name = "Image",
            nodes = new[] { new { id = "image", type = "generate_image", data = new { prompt = "A pot of tea" } } },
        });
        var ended = await api.Client.RestAsync(await api.Client.StartAsync(templateId));
        var imageId = ended["outputs"].GetProperty("image").GetProperty("image_ids")[0].GetString()!;

        using var response = await api.Client.Http.GetAsync(
            $"/api/documents/{Uri.EscapeDataString(imageId)}/content", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            "\x89PNG"u8.ToArray()[^3..], (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))[1..4]);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("sandbox", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "text/html; charset=utf-8")]
    [InlineData("text/plain; charset=iso-8859-1", "text/plain; charset=iso-8859-1")]
    [InlineData("no\r\nmedia: type", "application/octet-stream")]
    public async Task Content_is_sent_as_what_it_is(string mediaType, string expected)
    {
        var id = $"doc {Guid.NewGuid()}";
        await api.Database.ExecuteAsync("INSERT INTO documents (id) VALUES ($1)", id);
        await api.Database.ExecuteAsync(
            "INSERT INTO document_contents (document_id, media_type, content) VALUES ($1, $2, $3)", id, mediaType,
            "<b>Tea</b>"u8.ToArray());

        using var response =
            await api.Client.Http.GetAsync($"/api/documents/{Uri.EscapeDataString(id)}/content", TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.Content.Headers.ContentType!.ToString());
        Assert.Equal("<b>Tea</b>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
