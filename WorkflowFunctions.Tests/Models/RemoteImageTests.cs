using System.Text.Json.Nodes;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

public class RemoteImageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_reaches_the_endpoint_and_its_images_come_back_with_their_cost()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        var result = await models.Images.GenerateAsync(new ImageRequest { Prompt = "A tea cup", Size = "1536x1024", Count = 2 }, Ct);

        var request = Assert.Single(server.Requests);
        Assert.Equal("/v1/images/generations", request.Path);
        Assert.Equal($"Bearer {ModelSetup.Key}", request.Headers["Authorization"]);
        Assert.Equal("painter", request.Body.GetProperty("model").GetString());
        Assert.Equal("A tea cup", request.Body.GetProperty("prompt").GetString());
        Assert.Equal("1536x1024", request.Body.GetProperty("size").GetString());
        Assert.Equal(2, request.Body.GetProperty("n").GetInt32());
        Assert.False(request.Body.TryGetProperty("response_format", out _));
        Assert.Equal(("painter", 0.08m), (result.Model, result.Used.CostUsd));
        Assert.Equal(2, result.Images.Count);
        Assert.All(result.Images, image => Assert.Equal(OpenAiWireServer.Pixel, image.Bytes.ToArray()));
        Assert.All(result.Images, image => Assert.Equal("image/png", image.MediaType));
    }

    [Fact]
    public async Task An_image_given_as_an_address_is_fetched_without_the_key()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];
        server.Queue(WireAnswer.ImageAddresses(server.Host("cup", new WireAnswer(200, jpeg, "application/octet-stream"))));

        var result = await models.Images.GenerateAsync(new ImageRequest { Prompt = "A tea cup" }, Ct);

        var image = Assert.Single(result.Images);
        Assert.Equal(jpeg, image.Bytes.ToArray());
        Assert.Equal("image/jpeg", image.MediaType);
        Assert.Equal(["/v1/images/generations", "/files/cup"], server.Requests.Select(request => request.Path));
        Assert.DoesNotContain("Authorization", server.Requests[1].Headers.Keys);
    }

    [Fact]
    public async Task A_file_over_20_megabytes_is_refused_for_good()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.ImageAddresses(server.Host("huge", new WireAnswer(200, new byte[(20 * 1024 * 1024) + 1], "image/png"))));

        var failure = await FailAsync(server);

        Assert.False(failure.IsTransient);
        Assert.Contains("20 MB", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0.04m, failure.Used.CostUsd);
    }

    [Fact]
    public async Task A_file_that_is_gone_or_not_an_image_is_transient_and_its_address_stays_private()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        var page = server.Host("page", new WireAnswer(200, "<html>"u8.ToArray(), "image/png"));
        server.Queue(WireAnswer.ImageAddresses(new Uri(server.BaseUrl, "/files/gone?sig=private")), WireAnswer.ImageAddresses(page));

        var gone = await FailAsync(server);
        var wrong = await FailAsync(server);

        Assert.Equal((true, 404), (gone.IsTransient, gone.Status));
        Assert.DoesNotContain("private", gone.ToString(), StringComparison.Ordinal);
        Assert.True(wrong.IsTransient);
    }

    [Fact]
    public async Task An_address_that_is_not_http_is_not_fetched()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.ImageAddresses(new Uri("file:///etc/hostname")));

        Assert.Contains("neither http nor https", (await FailAsync(server)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b64_json", "{0}")]
    [InlineData("b64_json", "data:image/png;base64,{0}")]
    [InlineData("url", "data:image/png;base64,{0}")]
    [InlineData(null, "data:image/png;base64,{0}")]
    public async Task An_image_may_come_as_a_data_url(string? member, string form)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        var digits = Convert.ToBase64String(OpenAiWireServer.Pixel);
        var lines = string.Join("\r\n", digits.Chunk(76).Select(line => new string(line)));
        foreach (var text in new[] { digits, digits.TrimEnd('='), digits.Replace('+', '-').Replace('/', '_'), lines })
        {
            JsonNode image = form.Replace("{0}", text, StringComparison.Ordinal);
            server.Queue(
                WireAnswer.Json(
                    new JsonObject
                    {
                        ["created"] = "now",
                        ["data"] = new JsonArray(member is null ? image : new JsonObject { [member] = image, ["url" + member] = null }),
                    }));

            var result = await models.Images.GenerateAsync(new ImageRequest { Prompt = "A tea cup" }, Ct);

            Assert.Equal(OpenAiWireServer.Pixel, Assert.Single(result.Images).Bytes.ToArray());
        }
    }

    [Fact]
    public async Task An_image_that_cannot_be_read_is_paid_for_as_much_as_one_that_can()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(
            WireAnswer.Json(
                JsonNode.Parse("""{"data":[{"b64_json":"%%%"},{"b64_json":null}],"usage":{"input_tokens":10,"output_tokens":20.0}}""")!));

        var failure = await FailAsync(server);

        Assert.Equal(new ModelUsage(10, 20, 0.08m, Calls: 1), failure.Used);
    }

    [Fact]
    public async Task A_refusal_is_typed_after_exactly_one_call()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Error(429, "slow down", retryAfter: "3"));

        var failure = await FailAsync(server);

        Assert.Equal((true, 429, TimeSpan.FromSeconds(3)), (failure.IsTransient, failure.Status, failure.RetryAfter));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_answer_without_an_image_is_transient()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        server.Queue(WireAnswer.Images());

        Assert.True((await FailAsync(server)).IsTransient);
    }

    [Theory]
    [InlineData("wide", 1)]
    [InlineData("0x100", 1)]
    [InlineData("10x10x10", 1)]
    [InlineData("1024x1024", 0)]
    [InlineData("1024x1024", 11)]
    public async Task A_wrong_size_or_count_is_refused_without_a_call(string size, int count)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);

        var failure = await FailAsync(server, new ImageRequest { Prompt = "Tea", Size = size, Count = count });

        Assert.False(failure.IsTransient);
        Assert.Empty(server.Requests);
    }

    private static async Task<ModelException> FailAsync(OpenAiWireServer server, ImageRequest? request = null)
    {
        using var models = ModelSetup.Over(server);
        request ??= new ImageRequest { Prompt = "Tea" };
        return await Assert.ThrowsAsync<ModelException>(() => models.Images.GenerateAsync(request, Ct));
    }
}
